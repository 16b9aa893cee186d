import { type Belay, connect } from '../../client/client.ts'
import { type BusyHolder, environmentOf, Unreachable } from '../../client/errors.ts'
import { configuredPlaces } from '../../client/places.ts'
import type { EnvironmentStatus } from '../../history/environment.ts'
import { exitCodes } from '../exit.ts'
import { configFile } from '../given.ts'
import { statusOrNull, withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'
import { neverRunLine, recordLines, runLines } from '../status-lines.ts'

/** What runs in an environment; without one, every open run. */
export async function status(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [environment] = args
  return environment === undefined ? await allOpen(shell, options) : await one(shell, options, environment)
}

async function one(shell: Shell, options: Options, environment: string): Promise<number> {
  return await withEnvironment(shell, options, environment, async ({ belay, plan }) => {
    const { service } = plan
    const [{ open, there, now }, record] = await Promise.all([
      look(belay, service, environment),
      onRecord(shell, service, environment),
    ])
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
async function onRecord(shell: Shell, service: string, environment: string): Promise<EnvironmentStatus | null> {
  try {
    return await withHistory(shell, (history) => history.readEnvironmentStatus({ service, environment }))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    shell.say(error.message)
    return null
  }
}

/** What runs where nothing is going on is a question about one environment. */
async function sayNone(shell: Shell, options: Options): Promise<void> {
  shell.print('no run is open')
  const names = (await configuredPlaces(configFile(shell, options)))?.environments ?? []
  if (names.length > 0) shell.say(`Next: ${names.map((name) => `belay status ${name}`).join(', ')} (what it runs)`)
}

/** Every open run of this Temporal namespace. */
async function allOpen(shell: Shell, options: Options): Promise<number> {
  const belay = await connect(shell.environment)
  try {
    const open = await belay.listOpen()
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, open }, null, 2))
    else if (open.length === 0) await sayNone(shell, options)
    else for (const run of open) shell.print(openLine(run))
    return exitCodes.done
  } finally {
    await belay.close()
  }
}

function openLine(run: BusyHolder): string {
  const environment = environmentOf(run.workflowId)
  return `${environment}: ${run.version} by ${run.performer} (claimed) since ${run.since}  ${run.workflowId}  Next: belay status ${environment}`
}
