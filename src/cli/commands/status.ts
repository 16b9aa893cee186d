import { type Belay, connect } from '../../client/client.ts'
import { type BusyHolder, environmentOf, Unreachable } from '../../client/errors.ts'
import { holdLines } from '../../domain/holds.ts'
import { nameWords } from '../../domain/item-words.ts'
import type { Plan } from '../../domain/plan.ts'
import { type EnvironmentNow, environmentsNow, peakHoursNow, placeWords, severalServices } from '../environments-now.ts'
import { exitCodes } from '../exit.ts'
import { statusOrNull, withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'
import { neverRunLine, recordLines, runLines } from '../status-lines.ts'

/** What runs in an environment; without one, every open run, and what stops the next deployment anywhere. */
export async function status(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [environment] = args
  return environment === undefined ? await everything(shell, options) : await one(shell, options, environment)
}

async function one(shell: Shell, options: Options, environment: string): Promise<number> {
  return await withEnvironment(shell, options, environment, async ({ belay, plan }) => {
    const { service } = plan
    const [{ open, there, now }, record] = await Promise.all([look(belay, service, environment), onRecord(shell, plan)])
    const latest = there ? runLines(environment, { open, now }) : [neverRunLine(environment, record)]
    const lines = [...latest, ...recordLines(environment, record)]
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, open, run: now, record }, null, 2))
    else for (const line of lines) shell.print(line)
    return open ? exitCodes.stillRunning : exitCodes.done
  })
}

async function look(belay: Belay, service: string, environment: string) {
  const run = await belay.attach(service, environment)
  if (run === null) return { open: false, there: false, now: null }
  return { open: await run.open(), there: true, now: await statusOrNull(belay, run) }
}

/** The run is what matters: a history that does not answer is only said. */
async function onRecord(shell: Shell, plan: Plan): Promise<EnvironmentNow | null> {
  const peakHours = peakHoursNow(shell, plan.gate.policy?.peakHours ?? [])
  try {
    return await withHistory(shell, async (history) => ({ ...(await history.readEnvironmentStatus(plan)), peakHours }))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    shell.say(error.message)
    return null
  }
}

/** Every open run of this Temporal namespace, then every environment with what runs there and what holds it. */
async function everything(shell: Shell, options: Options): Promise<number> {
  const [open, environments] = await Promise.all([openRuns(shell), environmentsNow(shell, options)])
  if (options.json === true) {
    shell.print(JSON.stringify({ schema: 1, open, environments }, null, 2))
    return exitCodes.done
  }
  for (const line of open.length === 0 ? ['no run is open'] : open.map(openLine)) shell.print(line)
  for (const line of (environments ?? []).filter(isWorthALine).flatMap(environmentLines)) shell.print(line)
  return exitCodes.done
}

async function openRuns(shell: Shell): Promise<BusyHolder[]> {
  const belay = await connect(shell.environment)
  try {
    return await belay.listOpen()
  } finally {
    await belay.close()
  }
}

/** One that is only configured, and that nothing ever happened to, is no news. */
function isWorthALine(now: EnvironmentNow): boolean {
  return now.latest !== null || holdLines(now.environment, now).length > 0
}

function environmentLines(now: EnvironmentNow, _at: number, all: readonly EnvironmentNow[]): string[] {
  return [placeWords(now, severalServices(all)), ...recordLines(now.environment, now)]
}

function openLine(run: BusyHolder): string {
  const environment = environmentOf(run.workflowId)
  return `${environment}: ${run.version} by ${nameWords(run.performer, run.performerProven)} since ${run.since}  ${run.workflowId}  Next: belay status ${environment}`
}
