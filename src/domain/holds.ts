import { type CalendarAnswer, insideWords } from './gate/calendar.ts'
import { type Freeze, type Freezes, freezeWords, unfreezeCommand } from './gate/freeze.ts'
import { moment } from './gate/moment.ts'
import type { EnvironmentLock } from './host.ts'
import { whoWords } from './identity/who.ts'
import { whyRolledBack } from './reason.ts'

/** What refuses the next deployment to an environment, whoever asks for it. */
export type Holds = {
  /** `rollback_failed`: Belay's own; the others were taken by people. */
  locks: readonly (EnvironmentLock & { kind: 'person' | 'rollback_failed' | 'manual' })[]
  freezes: Freezes
  /** Releases that were rolled back there and not cleared. */
  blocked: readonly { version: string; since: string; reason: string }[]
  /** null: it has none, or its configuration is not here. */
  peakHours: CalendarAnswer | null
}

/** A line each, with the command that ends it; none: nothing stops a release that was never rolled back. */
export function holdLines(environment: string, { locks, freezes, blocked, peakHours }: Holds): string[] {
  return [
    ...locks.map((lock) => lockLine(environment, lock)),
    ...freezeLines(environment, freezes),
    ...(peakHours && peakHours.inside.length > 0 ? [peakLine(environment, peakHours)] : []),
    ...blocked.map(
      ({ version, since, reason }) =>
        `BLOCKED ${version} since ${since}: ${whyRolledBack(reason)}. Next: belay clear ${environment} ${version} --reason "..."`,
    ),
  ]
}

function lockLine(environment: string, lock: Holds['locks'][number]): string {
  const { kind, by, since, until, reason } = lock
  // By what it is, not by its name: a person may call themselves as Belay does.
  const who = kind === 'rollback_failed' ? by : whoWords(lock)
  const end = until === null ? 'until unlocked' : `until ${until}`
  return `LOCKED by ${who} since ${since} ${end}: ${firstLine(reason)}. Next: belay unlock ${environment}`
}

function freezeLines(environment: string, { inForce, toCome }: Freezes): string[] {
  const line = (state: string, freeze: Freeze) =>
    `${state} ${freezeWords(freeze)}. Next: ${unfreezeCommand(environment, freeze)}`
  return [
    ...inForce.map((freeze) => line(`FROZEN since ${moment(freeze.from)}`, freeze)),
    ...toCome.map((freeze) => line(`WILL BE FROZEN from ${moment(freeze.from)}`, freeze)),
  ]
}

function peakLine(environment: string, answer: CalendarAnswer): string {
  const then = answer.allowedAt === null ? '' : ` after ${moment(answer.allowedAt)}`
  return `PEAK HOURS ${insideWords(answer)}. Next: belay deploy <version> --env ${environment}${then}, or with --ignore peak_hours --reason "..."`
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
