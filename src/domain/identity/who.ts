import { claimed } from '../item-words.ts'

/** Who said something. `claimed` false: a key has proven the name, or it is no person's; else nobody has proven it. */
export type Who = { by: string; claimed?: boolean }

export function whoWords({ by, claimed: isClaim }: Who): string {
  return isClaim === false ? by : claimed(by)
}

/** Belay's own lock, after a rollback that failed, is nobody's claim. */
export function lockHolder(lock: Who): string {
  return lock.by === 'belay' ? lock.by : whoWords(lock)
}
