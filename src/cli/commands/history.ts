import { Usage } from '../../client/errors.ts'
import { ignoredLine } from '../../domain/gate/ignored.ts'
import { onCallWords } from '../../domain/gate/on-call.ts'
import { withKeys } from '../../domain/identity/proven-items.ts'
import { proofWords, withKey } from '../../domain/identity/taken-proof.ts'
import { nameWords } from '../../domain/item-words.ts'
import { type RunKind, runKinds } from '../../domain/log/entry.ts'
import { words } from '../../domain/reason.ts'
import { shown } from '../../domain/version.ts'
import type { DeploymentRow } from '../../history/deployments.ts'
import type { DeploymentDetails, History } from '../../history/history.ts'
import { heldLines, readEnvironmentsNow, severalServices } from '../environments-now.ts'
import { exitCodes } from '../exit.ts'
import { eventLine } from '../follow/event-line.ts'
import { limit } from '../given.ts'
import type { Options } from '../program/command.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'

/** One line a run and what stops the next one, or, given a deployment's id, everything that is on its record. */
export async function history(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [about] = args
  const most = limit(options)
  const kind = kindOf(options)
  return await withHistory(shell, async (read) => {
    const details = about === undefined ? null : await read.readDeploymentDetails(about)
    if (details) {
      if (options.json === true) shell.print(JSON.stringify({ schema: 1, ...details }, null, 2))
      else for (const line of detailLines(details)) shell.print(line)
      return exitCodes.done
    }
    const { rows } = await read.listDeployments({
      environment: about ?? null,
      kind,
      limit: most,
    })
    const all = await readEnvironmentsNow(shell, options, read)
    const now = all.filter(({ environment }) => about === undefined || environment === about)
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, rows, environments: now }, null, 2))
    else {
      for (const line of rows.length === 0 ? [await nothing(read, about)] : rows.map(rowLine)) shell.print(line)
      for (const line of now.flatMap((one) => heldLines(one, severalServices(all)))) shell.print(line)
    }
    return exitCodes.done
  })
}

function kindOf({ kind }: Options): RunKind | null {
  if (kind === undefined) return null
  const known = runKinds.find((one) => one === kind)
  if (known) return known
  throw new Usage(`--kind: expected one of ${runKinds.join(', ')}, got ${shown(String(kind))}`)
}

async function nothing(read: History, about: string | undefined): Promise<string> {
  const known = (await read.listEnvironments()).map((one) => one.environment)
  const names = known.length > 0 ? `; on record: ${[...new Set(known)].join(', ')}` : ''
  return about === undefined ? 'no deployment is on record' : `nothing on record for ${shown(about)}${names}`
}

/** The runbook's entries, as they were appended to the log. */
export async function log(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const most = limit(options)
  return await withHistory(shell, async (read) => {
    const { rows } = await read.listDeployments({
      environment: args[0] ?? null,
      limit: most,
    })
    const entries = rows.flatMap((row) => (row.logEntry === null ? [] : [row.logEntry])).toReversed()
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, entries }, null, 2))
    else for (const entry of entries) shell.print(entry)
    return exitCodes.done
  })
}

function rowLine(row: DeploymentRow): string {
  const ignored =
    row.ignoredSafeties.length > 0 ? `  IGNORED: ${row.ignoredSafeties.map((one) => one.rule).join(', ')}` : ''
  const end = row.outcome ?? 'RUNNING'
  const name = nameWords(row.deployedBy, row.performerProven)
  const back = row.wayBackMs === null ? '' : `  way back ${words(row.wayBackMs)}`
  return `${row.startedAt.slice(0, 19)}Z  ${row.environment.padEnd(12)} ${row.version.padEnd(10)} ${end.padEnd(16)} ${row.kind.padEnd(10)} ${name}  ${row.deployment}${back}${ignored}`
}

function detailLines({ row, items, events, samples, proofs }: DeploymentDetails): string[] {
  return [
    rowLine(row),
    ...(row.sentence ? row.sentence.split('\n').map((line) => `  ${line}`) : []),
    ...row.ignoredSafeties.map((one) => `  IGNORED SAFETY ${ignoredLine(one, row.deployedBy, row.performerProven)}`),
    ...(row.onCall ? [`  on call: ${onCallWords(row.onCall)}`] : []),
    ...withKeys(items, proofs).map(
      (item) =>
        `  ${item.state.padEnd(15)}${item.item.padEnd(38)} ${who(item)}${item.detail ? `  ${item.detail}` : ''}${item.note ? `  "${item.note}"` : ''}`,
    ),
    ...proofs.map((proof) => `  signature      ${proofWords(proof).padEnd(38)} ${withKey(proof.by, proof)}`),
    `  ${samples.length} samples, ${samples.filter((sample) => sample.verdict !== 'passed').length} not passed`,
    ...events.map((event) => `  ${eventLine(event)}`),
    ...(row.logEntry ? ['', row.logEntry] : []),
  ]
}

function who(item: DeploymentDetails['items'][number]): string {
  return item.by ? `${item.by}${item.claimed ? ' (claimed)' : ''}` : ''
}
