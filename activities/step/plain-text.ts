import { stripVTControlCharacters } from 'node:util'
import { redact } from '../../src/domain/reference.ts'

/**
 * The end of what a program printed, fit for a payload and a terminal: valid UTF-8 of at most `limitBytes`, no escape
 * sequences, no control or direction marks, no known secrets.
 */
export function plainTail(output: Uint8Array, limitBytes: number, secrets: readonly string[]): string {
  const decoded = new TextDecoder().decode(output).replace(/\r\n?/g, '\n')
  const visible = stripVTControlCharacters(decoded).replace(unprintable, '\uFFFD')
  return lastBytes(redact(visible, secrets), limitBytes)
}

const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

function lastBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limitBytes) return text
  let start = bytes.length - limitBytes
  // Never begin in the middle of a character.
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  return bytes.subarray(start).toString('utf8')
}

/** Replaces secrets in a stream of bytes, those too that arrive in two pieces. */
export function createScrubber(secrets: readonly string[]) {
  const needles = secrets.map((secret) => Buffer.from(secret).toString('latin1'))
  const hold = Math.max(0, ...needles.map((needle) => needle.length - 1))
  let held = ''
  return {
    /** What is certain by now; the rest is held back until more comes. */
    push(chunk: Buffer): Buffer {
      const text = redact(held + chunk.toString('latin1'), needles)
      const certain = Math.max(0, text.length - hold)
      held = text.slice(certain)
      return Buffer.from(text.slice(0, certain), 'latin1')
    },
    flush(): Buffer {
      const rest = Buffer.from(held, 'latin1')
      held = ''
      return rest
    },
  }
}
