import { absolutePath } from '../config/schema/path.ts'
import { process as processSchema } from '../config/schema/process.ts'
import { settings } from '../config/schema/settings.ts'
import { hostAndPort, httpUrl } from '../config/schema/url.ts'
import { shown } from '../domain/version.ts'
import { type Parsed, splitCommand } from './split-command.ts'

/** What a person, a flag or a guess said: everything that cannot be read from the repository itself. */
export type Answers = { service: string; run: Run; health: Health; directory: string }

export type Run = { start: readonly string[] } | { systemd: string }

export type Health = { http: string } | { tcp: string } | 'none'

export function parseService(text: string): Parsed<string> {
  return fitting(settings.shape.service, text.trim())
}

/** `node server.js`, or a unit that systemd runs: `notes.service`. */
export function parseRun(text: string): Parsed<Run> {
  if (/^\S+\.(service|target)$/.test(text.trim())) return parseUnit(text)
  const split = splitCommand(text)
  if ('problem' in split) return split
  const fits = processSchema.safeParse({ start: split.value })
  return fits.success ? { value: { start: split.value } } : refusal(fits.error.issues, text)
}

export function parseUnit(text: string): Parsed<Run> {
  const systemd = text.trim()
  const fits = processSchema.safeParse({ systemd })
  return fits.success ? { value: { systemd } } : refusal(fits.error.issues, text)
}

/** An address, a `host:port` that must at least accept connections, or `none`. */
export function parseHealth(text: string): Parsed<Health> {
  const given = text.trim()
  if (given === 'none') return { value: 'none' }
  if (!given.includes('://') && hostAndPort().safeParse(given).success) return { value: { tcp: given } }
  if (httpUrl().safeParse(given).success && /^https?:/.test(given)) return { value: { http: given } }
  // The text may hold a password: it is not repeated.
  return { problem: 'expected an address like http://localhost:8080/health without a password, host:port, or none' }
}

export function parseDirectory(text: string): Parsed<string> {
  return fitting(absolutePath(), text.trim().replace(/(?<=.)\/+$/, ''))
}

type Issues = readonly { message: string }[]

function fitting(
  schema: {
    safeParse(value: unknown): { success: true; data: string } | { success: false; error: { issues: Issues } }
  },
  text: string,
): Parsed<string> {
  const parsed = schema.safeParse(text)
  return parsed.success ? { value: parsed.data } : refusal(parsed.error.issues, text)
}

function refusal(issues: Issues, text: string): { problem: string } {
  return { problem: `expected ${issues[0]?.message ?? 'something else'}, got ${shown(text)}` }
}
