import { moment } from '../../../src/domain/gate/moment.ts'
import type { EnvironmentLock } from '../../../src/domain/host.ts'
import { note, type Run } from '../../run.ts'

/** A lock whose time is over holds nobody; that there was one is said once, for whoever had relied on it. */
export function noteExpired(run: Run, { by, until, reason }: EnvironmentLock): void {
  const text = `lock by ${by} (claimed) expired at ${moment(until ?? '')}: ignored (${reason.split('\n')[0]})`
  if (!run.events.some((event) => event.text === text)) note(run, 'ignored', text)
}
