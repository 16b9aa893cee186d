import { type Accepted, type Refusal, shown } from './version.ts'

export type RepositoryLocation = Accepted<'location'> & { kind: 'path' | 'url' }

/**
 * A path, `https://host/path`, `ssh://[user@]host/path` or `user@host:path`. A password or token in it is refused and
 * printed nowhere: refusals name the kind of problem, and quote the text only where it holds no `@`.
 */
export function validateRepositoryLocation(text: string): RepositoryLocation | Refusal {
  if (text.trim() === '') return { problem: 'repository: expected a path or an https or ssh URL, got nothing' }
  if (text.length > 500) return { problem: `repository: expected at most 500 characters, got ${text.length}` }
  if (/[\x00-\x1f\x7f]/.test(text)) return { problem: 'repository: expected no control characters' }
  if (text.startsWith('-')) return refuse('no leading "-" (it would be read as an option)', text)
  if (/^[A-Za-z0-9+.-]*::/.test(text)) return refuse('a path or an https or ssh URL, not a transport helper', text)
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]
  if (scheme !== undefined) return validateUrl(scheme, text)
  return isScpLike(text) ? validateScpLike(text) : { location: text, kind: 'path' }
}

/** A remote's name as in `git remote`, or a location: where tags and the deployments branch are pushed to. */
export function validatePushTarget(text: string): Accepted<'remote'> | Refusal {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && !text.includes('..')) return { remote: text }
  const location = validateRepositoryLocation(text)
  return 'problem' in location ? location : { remote: location.location }
}

function validateUrl(scheme: string, text: string): RepositoryLocation | Refusal {
  if (scheme !== 'https' && scheme !== 'ssh') return refuse('an https or ssh URL, or a path', text)
  const parts = /^[a-z]+:\/\/([^/?#]*)(\/[^?#]*)?$/.exec(text)
  if (parts === null) return refuse(`${scheme}://host/path without "?" and "#"`, text)
  const [authority = '', path = ''] = parts.slice(1)
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? null : authority.slice(0, at)
  const credentials = problemOfUser(scheme, user)
  if (credentials !== null) return { problem: credentials }
  if (!isHost(authority.slice(at + 1))) return refuse('a host name after the scheme, not one starting with "-"', text)
  if (path.length < 2 || path.startsWith('/-')) return refuse('a path after the host, not one starting with "-"', text)
  return { location: text, kind: 'url' }
}

function problemOfUser(scheme: string, user: string | null): string | null {
  if (user === null) return null
  const hint = 'use a credential helper or an ssh key on the machine that runs git'
  if (scheme === 'https') return `repository: expected no user, token or password in an https URL; ${hint}`
  if (user.includes(':')) return `repository: expected no password in an ssh URL; ${hint}`
  if (!isUser(user)) return 'repository: expected a plain user name in the ssh URL'
  return null
}

/** `user@host:path` or `host:path`, git's short form of ssh: a colon before the first slash. */
function isScpLike(text: string): boolean {
  return /^[^/]*:/.test(text)
}

function validateScpLike(text: string): RepositoryLocation | Refusal {
  const parts = /^(?:([^@:/]+)@)?([^@:/]+):([^:@][^@]*)$/.exec(text)
  const [user, host = '', path = ''] = parts?.slice(1) ?? []
  const plain = (user === undefined || isUser(user)) && isHost(host) && path !== '' && !path.startsWith('-')
  return plain ? { location: text, kind: 'url' } : refuse('user@host:path, an https or ssh URL, or a path', text)
}

function isHost(text: string): boolean {
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.test(text)
}

function isUser(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(text)
}

/** What stands before an `@` may be a secret, wherever it stands: such a text is never quoted. */
function refuse(expected: string, got: string): Refusal {
  const quoted = got.includes('@') ? 'something else (not shown: it may hold a secret)' : shown(got)
  return { problem: `repository: expected ${expected}, got ${quoted}` }
}
