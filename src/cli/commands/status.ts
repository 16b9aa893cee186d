import { basename } from 'node:path'
import { connect } from '../../client/client.ts'
import { sampleLine } from '../../domain/reason.ts'
import type { RunStatus } from '../../domain/status.ts'
import type { Options } from '../belay.ts'
import { exitCodes } from '../exit.ts'
import { eventLine } from '../follow.ts'
import { text, withEnvironment } from '../open.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell.ts'

export async function status(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [environment] = args
  return environment === undefined ? await allOpen(shell, options) : await one(shell, options, environment)
}

async function one(shell: Shell, options: Options, environment: string): Promise<number> {
  return await withEnvironment(shell, options, environment, async ({ belay, plan }) => {
    const run = await belay.attach(plan.service, environment)
    const open = run !== null && (await run.open())
    const now = run ? await run.status().catch(() => null) : null
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, open, run: now }, null, 2))
    else if (now) for (const line of statusLines(now)) shell.print(line)
    else
      shell.print(
        run
          ? `${environment}: a run is there, but no worker answers for it`
          : `${environment}: nothing was ever deployed`,
      )
    if (options.json !== true) await versionOfRecord(shell, plan.service, environment)
    return open ? exitCodes.stillRunning : exitCodes.done
  })
}

/** Every open run of this Temporal namespace. */
async function allOpen(shell: Shell, options: Options): Promise<number> {
  const belay = await connect(shell.environment)
  try {
    const rows = []
    for await (const run of belay.temporal.workflow.list({
      query: "ExecutionStatus='Running' AND WorkflowId STARTS_WITH 'deploy:'",
    })) {
      rows.push({ workflowId: run.workflowId, since: run.startTime.toISOString(), ...run.memo })
    }
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, open: rows }, null, 2))
    else if (rows.length === 0) shell.print('no run is open')
    else for (const row of rows) shell.print(Object.values(row).map(String).join('  '))
    return exitCodes.done
  } finally {
    await belay.close()
  }
}

function statusLines(status: RunStatus): string[] {
  const what = status.startedAs === 'rollback' ? 'rollback from' : 'deployment of'
  const waits = status.waitingFor
  return [
    `${basename(status.environment)}: ${status.outcome ?? status.phase}  ${what} ${status.release.version} (${status.release.commit.slice(0, 12)}) by ${status.performer} (claimed)  ${status.deployment}`,
    ...(status.why ? [`  why: ${status.why}`] : []),
    ...(waits ? [`  WAITS since ${waits.since}: ${waits.text}`] : []),
    ...(status.windowEndsAt ? [`  window ends ${status.windowEndsAt}`] : []),
    ...status.items.map(
      (item) =>
        `  ${item.state.padEnd(15)}${item.item.padEnd(38)} ${item.by ? `${item.by}${item.claimed ? ' (claimed)' : ''}` : item.detail}`,
    ),
    ...status.samples.map((sample) => `  ${sample.verdict.padEnd(15)}${sampleLine(sample)}`),
    ...status.events.slice(-5).map((event) => `  ${eventLine(event)}`),
    ...(status.unrecorded > 0 ? [`  history lagging: ${status.unrecorded} records not written yet`] : []),
  ]
}

async function versionOfRecord(shell: Shell, service: string, environment: string): Promise<void> {
  const found = await withHistory(shell, (history) => history.readVersionOfRecord({ service, environment })).catch(
    (error: unknown) => error,
  )
  if (found instanceof Error) shell.say(`the history does not answer: ${found.message}`)
  else shell.print(`  version of record: ${text(JSON.stringify(found)) ?? 'none'}`)
}
