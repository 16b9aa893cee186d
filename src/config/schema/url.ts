import { z } from 'zod'
import { validateRepositoryLocation } from '../../domain/repository-location.ts'
import { kinds } from './kind.ts'
import { referenceText, text } from './text.ts'

/** An http or https address; a check may hold `${env:NAME}` in it. */
export function httpUrl() {
  const expected = 'an http or https address'
  const url = referenceText(expected).refine((value) => isUrl(value, ['http:', 'https:']), {
    error: expected,
    abort: true,
  })
  return withoutPassword(url)
}

/** One that is proven from the host's own point of view and travels as it stands: no references. */
export function plainHttpUrl() {
  const expected = 'an http or https address'
  return withoutPassword(
    text(expected, 2000).refine((value) => isUrl(value, ['http:', 'https:']), { error: expected, abort: true }),
  )
}

/** `${env:DATABASE_URL}`, or a postgres:// address whose password is a reference. */
export function postgresUrl() {
  const expected = 'a postgres:// address or ${env:NAME}'
  const url = referenceText(expected).refine((value) => isUrl(value, ['postgres:', 'postgresql:']), {
    error: expected,
    abort: true,
  })
  return withoutPassword(url)
}

/** https://, ssh:// or git@host:path. Git's other transports can run programs, and credentials belong to git. */
export function gitUrl() {
  const expected = 'an https:// or ssh:// address, or git@host:path'
  const url = text(expected, 500).refine(isGitUrl, { error: `${expected}, without a password`, abort: true })
  kinds.add(url, { kind: 'git address' })
  return url
}

/** `$.version`, `$.build.hashes[0]` */
export function jsonPath() {
  const expected = 'a JSON path like $.version'
  return z.string({ error: expected }).regex(/^\$(\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\])+$/, { error: expected })
}

/** `localhost:8080` */
export function hostAndPort() {
  const expected = 'host:port like localhost:8080'
  return z
    .string({ error: expected })
    .regex(/^([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, { error: expected })
    .refine((value) => portOf(value) >= 1 && portOf(value) <= 65_535, { error: 'a port from 1 to 65535' })
}

function portOf(hostPort: string): number {
  return Number(hostPort.slice(hostPort.lastIndexOf(':') + 1))
}

/** For error messages: what stands before an `@`, and may be a password or a token, is nobody's business. */
export function hidePassword(value: string): string {
  return value
    .replace(/:\/\/\S*@/g, '://***@')
    .replace(/[^\s/@]*:[^\s/]*@/g, '***@')
    .replace(secretParameter, '$1***')
    .replace(secretOption, '$1***')
}

/** `--token abc`, `-H "Authorization: Bearer abc"` */
const secretOption = /(--?[\w-]*(?:password|token|secret|api[_-]?key)[\w-]*[=\s]+|bearer\s+)\S+/gi

const secretParameter = /([?&][^=&]*(?:password|token|secret|api_?key)[^=&]*=)([^&]*)/gi

function withoutPassword(url: z.ZodString): z.ZodString {
  const safe = url.refine((value) => !holdsSecret(value), {
    error: 'no password or token in the file (write ${env:NAME} in its place)',
  })
  kinds.add(safe, { kind: 'address' })
  return safe
}

/** A user alone is fine for Postgres; in an http address it is a token. */
function holdsSecret(value: string): boolean {
  const user = /^([a-z]+):\/\/([^/?#]*)@/i.exec(value)
  const [scheme = '', credentials = ''] = user?.slice(1) ?? []
  const password = scheme.startsWith('http')
    ? credentials.replace(':', '')
    : credentials.slice(`${credentials}:`.indexOf(':') + 1)
  const parameters = [...value.matchAll(secretParameter)].map((match) => match[2] ?? '')
  return [password, ...parameters].some((secret) => secret.replace(/\$\{env:\w+\}/g, '') !== '')
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  if (/^\$\{env:\w+\}/.test(value)) return true
  if (/\s/.test(value)) return false
  const filled = value.replace(/\$\{env:\w+\}/g, '1').replace(/\{(environment|service|version)\}/g, 'x')
  return URL.canParse(filled) && protocols.includes(new URL(filled).protocol) && new URL(filled).hostname !== ''
}

function isGitUrl(value: string): boolean {
  const location = validateRepositoryLocation(value)
  return 'kind' in location && location.kind === 'url'
}
