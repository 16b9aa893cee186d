import { moment } from './gate/moment.ts'
import type { EnvironmentLock } from './host.ts'
import { lockHolder } from './identity/who.ts'

/** What somebody is told who locks what is locked. null: theirs was taken, and released again before this was asked. */
export function lockedAlready(environment: string, lock: EnvironmentLock | null): string {
  if (lock === null) return `${environment} was unlocked meanwhile. Next: belay status ${environment}`
  const until = lock.until === null ? 'until somebody unlocks it' : `until ${moment(lock.until)}`
  const held = `${environment} is locked already, by ${lockHolder(lock)} ${until}: ${lock.reason}`
  return `${held}. Nothing was changed. Next: belay unlock ${environment}, then lock it anew`
}
