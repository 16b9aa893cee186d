import { claimed } from '../item-words.ts'

/** Who is on call for a deployment, and who or what says so. */
export type OnCall = {
  name: string
  /** `roster`, `http` or `acknowledgement`. */
  source: 'roster' | 'http' | 'acknowledgement'
  /** RFC 3339, UTC. */
  at: string
  /** A person said so of themselves, and nobody proved who that was; absent: somebody else names them. */
  claimed?: boolean
}

/** `ann@example.com (claimed), who acknowledged it`, `ann@example.com, by the roster` */
export function onCallWords({ name, source, claimed: isClaim = false }: OnCall): string {
  return `${isClaim ? claimed(name) : name}, ${sourceWords[source]}`
}

const sourceWords: Readonly<Record<OnCall['source'], string>> = {
  roster: 'by the roster',
  http: 'by the on-call address',
  acknowledgement: 'who acknowledged it',
}

/** Reads what the history kept, by whichever version it was written; null: nobody, or nothing this version can read. */
export function readOnCall(value: unknown): OnCall | null {
  return isOnCall(value) ? value : null
}

function isOnCall(value: unknown): value is OnCall {
  if (typeof value !== 'object' || value === null) return false
  return 'name' in value && typeof value.name === 'string' && 'source' in value && String(value.source) in sourceWords
}
