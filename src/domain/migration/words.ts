import { whoWords } from '../identity/who.ts'
import { inShort } from '../in-short.ts'
import { when } from '../item-words.ts'
import type { Accepted } from './restored.ts'

/** `otherwise`: what else can be done where it is said. */
export function outOfBand(name: string, otherwise: string): string {
  return `${name} is applied, but by no release that Belay knows (out of band): undo it by hand and take it out of the history, ${otherwise}`
}

export function commentsOnly(name: string): string {
  return `${name}: only comments were changed since it was applied`
}

/** Why a migration cannot be reverted, each way in its own words. */
export function noWayBack(name: string, wayBack: 'missing' | 'empty' | 'disabled'): string {
  switch (wayBack) {
    case 'missing':
      return `${name}: expected a down migration, got none`
    case 'empty':
      return `${name}: expected a down migration, got an empty one: it would be told as reverted, and everything would still be there`
    case 'disabled':
      return `${name}: expected a down migration, but its author has disabled it`
  }
}

/** The history is older than what this host remembers. */
export function restoredFromBackup(vanished: readonly string[]): string {
  return `the history does not hold ${vanished.join(', ')}, which Belay has applied here and never reverted: an older backup was restored, or rows were taken out. Next: belay restored <environment> (look, accept), or restore a newer backup`
}

/** The same where a rollback waits for it: what its answers lead to. */
export function revertOfRestored(vanished: readonly string[]): string {
  return `the history does not hold ${vanished.join(', ')}, which Belay has applied here and never reverted: an older backup was restored, or rows were taken out. Nothing was reverted. Next: skip, and after the rollback belay restored <environment> (look, accept); or restore a newer backup, then retry`
}

/** Why nothing goes back to a release whose own migrations are not there any more. */
export function targetLacks(version: string, missing: readonly string[], environment: string): string {
  return `${version} ran on ${missing.join(', ')}, which the restored database does not hold. Next: belay restored ${environment} unless done, then belay deploy ${version} --env ${environment}`
}

/** Of a migration that an accepted restored database does not hold. */
export function restoredNotice(name: string, accepted: Accepted): string {
  const { reason, at } = accepted
  return `${name}: not applied since a restored database was accepted by ${whoWords(accepted)} at ${when(at)}: ${reason}`
}

/** The history holds what the catalog does not show. */
export function olderThanHistory(name: string): string {
  return `the history says that ${name} is applied, but the catalog is exactly the one from before it: only a part of the database was restored, or its changes were undone by hand. Nothing runs on it; restore schema and history from the same backup`
}

/** Somebody changed the schema, object by object. */
export function changedSince(name: string, changes: readonly string[]): string {
  return `the schema was changed by somebody else since ${name} was applied: ${inShort(changes).join('; ')}`
}
