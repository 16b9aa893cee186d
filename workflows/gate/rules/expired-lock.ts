import { moment } from '../../../src/domain/gate/moment.ts'
import type { EnvironmentLock } from '../../../src/domain/host.ts'
import { lockHolder } from '../../../src/domain/identity/who.ts'
import { oneLine } from '../../../src/domain/one-line.ts'
import { note, type Run } from '../../run/run.ts'

/** A lock whose time is over holds nobody; that there was one is said once, for whoever had relied on it. */
export function noteExpired(run: Run, lock: EnvironmentLock): void {
  const { until, reason } = lock
  const text = `lock by ${lockHolder(lock)} expired at ${moment(until ?? '')}: ignored (${oneLine(reason)})`
  if (!run.events.some((event) => event.text === text)) note(run, 'ignored', text)
}
