import { connect } from '../../client/client.ts'
import { Usage } from '../../client/errors.ts'
import { temporalTrouble } from '../../client/trouble.ts'
import { readFacts } from '../../client/watchdog/read-facts.ts'
import type { Facts } from '../../domain/watchdog/facts.ts'
import { type Alarm, judgeRuns } from '../../domain/watchdog/watchdog.ts'
import { exitCodes } from '../exit.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** For cron: one look at every run of the namespace. Says what makes no progress, a line each, and exits 1. */
export async function watchdog(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const sinceMs = shell.now().getTime() - daysOf(options.days) * dayMs
  const facts = await read(shell, sinceMs)
  const alarms = judgeRuns(facts)
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, open: facts.open.length, alarms }, null, 2))
  else for (const line of linesOf(facts, alarms)) shell.print(line)
  return alarms.length === 0 ? exitCodes.done : exitCodes.failed
}

const dayMs = 24 * 60 * 60_000
/** Cron asks again soon: rather an error than two watchdogs side by side. */
const lookLimitMs = 30_000

async function read(shell: Shell, sinceMs: number): Promise<Facts> {
  const belay = await connect(shell.environment)
  try {
    const { temporal } = belay
    const looking = () => readFacts(temporal, { now: shell.now, sinceMs })
    return await temporal.withDeadline(Date.now() + lookLimitMs, looking)
  } catch (error) {
    throw temporalTrouble(error, belay.namespace)
  } finally {
    await belay.close()
  }
}

function daysOf(given: unknown): number {
  const days = Number(given)
  if (Number.isFinite(days) && days > 0 && days <= 365) return days
  throw new Usage(`--days: expected a number of days up to 365, got ${String(given)}`)
}

function linesOf({ open }: Facts, alarms: readonly Alarm[]): string[] {
  if (alarms.length > 0) return alarms.map(({ text, next }) => `${text}. Next: ${next}`)
  const waiting = open.filter((run) => run.waitingFor !== null).length
  if (open.length === 0) return ['ok: no run is open, and none was left half way']
  return [
    `ok: ${open.length} open, all make progress${waiting > 0 ? `; ${waiting} of them by waiting for a person` : ''}`,
  ]
}
