import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { Usage } from './errors.ts'

/** The text of `belay.yaml`. Throws {@link Usage} where there is no such file, or one that is no UTF-8 text. */
export async function readConfigurationFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Usage(`${file}: ${unreadable(error.code ?? 'an error')}`)
  })
  if (bytes[0] === 0xff || bytes[0] === 0xfe) throw new Usage(`${file}: expected UTF-8, got UTF-16; save it as UTF-8`)
  const line = firstLineNotUtf8(bytes)
  if (line === null) return bytes.toString('utf8')
  throw new Usage(`${file}:${line}: expected UTF-8, got bytes that are not; save it as UTF-8`)
}

function unreadable(code: string): string {
  const next = 'name one with --config'
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `expected a configuration file, got none; ${next}`
    case 'EISDIR':
      return `expected a configuration file, got a directory; ${next}`
    case 'EACCES':
      return 'expected a configuration file that can be read, got no permission'
    default:
      return `expected a configuration file that can be read, got ${code}; ${next}`
  }
}

function firstLineNotUtf8(bytes: Buffer): number | null {
  if (isUtf8(bytes)) return null
  const lines = bytes.toString('latin1').split('\n')
  return lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1'))) + 1
}
