import { type ItemAddress, isGateItem } from '../checklist.ts'
import type { ReleaseChanges } from './changes.ts'

/** The items that are about a difference, and which. */
const differenceItems = {
  migrations_tested: 'migrations',
  configuration_reviewed: 'configuration',
  dependencies_tested: 'dependencies',
} as const

export type Subject = keyof ReleaseChanges['hashes']

/** Which difference an item (`pre.configuration_reviewed`) is about; null: about none. */
export function subjectOf(item: ItemAddress): Subject | null {
  const found = Object.entries(differenceItems).find(([id]) => `pre.${id}` === item)
  return found?.[1] ?? null
}

/** What a signature under this item binds to: the hash of its difference, or the digest of all; null: nothing is known. */
export function reviewedHash(changes: ReleaseChanges | null | undefined, item: ItemAddress): string | null {
  const subject = subjectOf(item)
  if (!changes) return null
  return subject === null ? changes.digest : changes.hashes[subject]
}

/** What a signature under this item carries, so that it is refused once the release changes something else. */
export function boundTo(changes: ReleaseChanges | null | undefined, item: ItemAddress): { changes?: string } {
  const hash = isGateItem(item) ? reviewedHash(changes, item) : null
  return hash === null ? {} : { changes: hash }
}

/** Why there is nothing to look at for this item; null: there is. */
export function unchangedWords({ base, basis, hashes }: ReleaseChanges, subject: Subject): string | null {
  if (hashes[subject] !== null) return null
  const since =
    base && basis === 'compared' ? `no new ${subject} since ${base.version}` : `the release brings no ${subject}`
  return subject === 'configuration' && base && basis === 'compared'
    ? `configuration unchanged since ${base.version}`
    : since
}
