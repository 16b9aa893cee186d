import { peakHoursAt } from '../../activities/calendar/peak-hours.ts'
import { Unreachable } from '../client/errors.ts'
import { type ConfiguredPlaces, configuredPlaces } from '../client/places.ts'
import type { CalendarAnswer } from '../domain/gate/calendar.ts'
import type { PeakHours } from '../domain/gate/peak-hours.ts'
import { type Holds, holdLines } from '../domain/holds.ts'
import type { EnvironmentStatus } from '../history/environment.ts'
import type { History } from '../history/history.ts'
import { configFile } from './given.ts'
import type { Options } from './program/command.ts'
import { withHistory } from './read-history.ts'
import type { Shell } from './shell/shell.ts'

/** What is on record of an environment, and what stops the next deployment there. */
export type EnvironmentNow = EnvironmentStatus & Pick<Holds, 'peakHours'>

/** Every environment on record, and those that this directory's configuration names; null: the history does not answer, which is said. */
export async function environmentsNow(shell: Shell, options: Options): Promise<EnvironmentNow[] | null> {
  try {
    return await withHistory(shell, (history) => readEnvironmentsNow(shell, options, history))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    shell.say(error.message)
    return null
  }
}

/** A freeze of all environments names none: so those that are configured here are asked for, too. */
export async function readEnvironmentsNow(shell: Shell, options: Options, history: History): Promise<EnvironmentNow[]> {
  const [onRecord, here] = await Promise.all([history.listEnvironments(), configuredPlaces(configFile(shell, options))])
  const isThere = (service: string, environment: string) =>
    onRecord.some((one) => one.service === service && one.environment === environment)
  const unused = (here?.environments ?? []).filter((environment) => here && !isThere(here.service, environment))
  const others = unused.map((environment) =>
    history.readEnvironmentStatus({ service: here?.service ?? '', environment }),
  )
  return [...onRecord, ...(await Promise.all(others))]
    .map((one) => ({ ...one, peakHours: peakHoursOf(shell, here, one) }))
    .toSorted((a, b) => a.service.localeCompare(b.service) || a.environment.localeCompare(b.environment))
}

/** Of the environment: what stops the next deployment, below a line that names it; nothing does: no line. */
export function heldLines(now: EnvironmentNow, one: 'service' | 'services'): string[] {
  const lines = holdLines(now.environment, now)
  return lines.length === 0 ? [] : [`${placeWords(now, one)}, now:`, ...lines.map((line) => `  ${line}`)]
}

/** `production`; where there are several services, `production of vpn-shop`. */
export function placeWords({ service, environment }: EnvironmentNow, one: 'service' | 'services'): string {
  return one === 'service' ? environment : `${environment} of ${service}`
}

export function severalServices(all: readonly EnvironmentNow[]): 'service' | 'services' {
  return new Set(all.map(({ service }) => service)).size > 1 ? 'services' : 'service'
}

/** null: there are none. Whoever looks needs no worker for it; the gate asks one. */
export function peakHoursNow(shell: Shell, windows: readonly PeakHours[]): CalendarAnswer | null {
  return windows.length === 0 ? null : peakHoursAt(windows, shell.now())
}

function peakHoursOf(
  shell: Shell,
  here: ConfiguredPlaces | null,
  { service, environment }: EnvironmentStatus,
): CalendarAnswer | null {
  return here?.service === service ? peakHoursNow(shell, here.peakHours.get(environment) ?? []) : null
}
