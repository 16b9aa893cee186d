/** What a person may call a release, a ref or a repository. Every refusal is a sentence that is safe to print. */

export type Accepted<Key extends string> = Record<Key, string>
export type Refusal = { problem: string }

const maxVersionLength = 64
const maxRefLength = 200

/**
 * Accepts `1.2.3`, `1.2.3-rc.1+5`, `2024.06.1`, `nightly-7`. It becomes a tag, a directory and a ref component, so
 * nothing that is special to git, to a path or to a terminal gets through.
 */
export function parseVersion(text: string): Accepted<'version'> | Refusal {
  const problem = problemOfText('version', text, maxVersionLength)
  if (problem !== null) return { problem }
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text)) {
    return refuse('version', 'letters, digits and . _ + - after a first letter or digit, such as 1.2.3', text)
  }
  if (text.includes('..') || text.endsWith('.') || text.endsWith('.lock')) {
    return refuse('version', 'no "..", no final "." and no final ".lock" (git refuses such a tag)', text)
  }
  if (isMovingName(text)) return refuse('version', 'a name of its own, not one that git moves', text)
  return { version: text }
}

/** Accepts a tag, a branch, a full `refs/...` name or a full commit id. The rules are those of `git check-ref-format`. */
export function validateRef(text: string): Accepted<'ref'> | Refusal {
  const problem = problemOfText('ref', text, maxRefLength)
  if (problem !== null) return { problem }
  if (isMovingName(text)) return refuse('ref', 'a tag, a branch or a full commit id, which HEAD and @ are not', text)
  if (/^[0-9a-fA-F]{4,39}$/.test(text)) return refuse('ref', 'all 40 digits of the commit id', text)
  if (!isGitRefName(text)) return refuse('ref', 'a tag, a branch or a full commit id', text)
  return { ref: text }
}

/** A full commit id: 40 lower-case hex digits, or 64 in a sha256 repository. */
export function isCommitId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** Environments become part of workflow ids, refs and queues: lower case, no folding. */
export function validateEnvironmentName(text: string): Accepted<'environment'> | Refusal {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return { environment: text }
  return refuse('environment', 'a lower-case letter, then up to 31 of a-z 0-9 -', text)
}

/** `text` cut to 60 characters, with everything that is not printable ASCII escaped: safe in a terminal and in a log. */
export function shown(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return JSON.stringify(cut).replace(/[^\x20-\x7e…]/g, escaped)
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function problemOfText(what: string, text: string, maxLength: number): string | null {
  if (text.trim() === '') return `${what}: expected a name, got nothing`
  if (text.length > maxLength) return `${what}: expected at most ${maxLength} characters, got ${text.length}`
  if (/[\x00-\x1f\x7f]/.test(text)) return `${what}: expected no control characters, got ${shown(text)}`
  if (/[^\x20-\x7e]/.test(text)) return `${what}: expected ASCII only, got ${shown(text)}`
  if (text.startsWith('-'))
    return `${what}: expected no leading "-" (it would be read as an option), got ${shown(text)}`
  return null
}

function refuse(what: string, expected: string, got: string): Refusal {
  return { problem: `${what}: expected ${expected}, got ${shown(got)}` }
}

function isMovingName(text: string): boolean {
  return text === '@' || /^(?:[A-Z]+_)?HEAD$/i.test(text)
}

function isGitRefName(text: string): boolean {
  if (/[ ~^:?*[\\]/.test(text) || text.includes('..') || text.includes('@{') || text.endsWith('.')) return false
  const parts = text.split('/')
  return parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
}
