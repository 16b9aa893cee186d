import { type Belay, connect } from '../../client/client.ts'
import { type BusyHolder, Unreachable } from '../../client/errors.ts'
import { configuredPlaces } from '../../client/places.ts'
import { requireWorker } from '../../client/workers.ts'
import { placeOf } from '../../domain/id.ts'
import { nameWords } from '../../domain/item-words.ts'
import { type Wait, waitLines, waitsOf } from '../../domain/waiting.ts'
import { waitsOnRecord } from '../dossier/waits-on-record.ts'
import { exitCodes } from '../exit.ts'
import { configFile } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** What waits for whom, in every environment and service of this Temporal namespace and of the history. */
export async function waiting(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const [runs, record, places] = await Promise.all([
    openRuns(shell),
    waitsOnRecord(shell),
    configuredPlaces(configFile(shell, options)),
  ])
  const waits = [...runs.waits, ...(record?.waits ?? [])].sort(byAge)
  const searched = `${count(runs.asked, 'open run')} of Temporal's namespace ${runs.namespace}, ${record ? `${count(record.environments, 'environment')} on record` : 'and not the history, which does not answer'}`
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, waits, searched }, null, 2))
  else if (waits.length === 0) shell.print(`nothing waits for anybody (looked at: ${searched})`)
  else for (const line of linesOf(shell, waits, places?.service ?? null)) shell.print(line)
  if (options.json !== true && waits.length > 0) shell.say(`looked at: ${searched}`)
  return exitCodes.done
}

type OpenRuns = { waits: Wait[]; asked: number; namespace: string }

/** Post-deployment items are in no search attribute: every open run is asked itself. */
async function openRuns(shell: Shell): Promise<OpenRuns> {
  const belay = await connect(shell.environment)
  try {
    const open = await belay.listOpen()
    const answered = open.length === 0 ? false : await isAnswered(belay)
    const waits = await inParallel(open, (holder) => (answered ? askRun(belay, holder) : unanswered(holder)))
    return { waits: waits.flat(), asked: open.length, namespace: belay.namespace }
  } finally {
    await belay.close()
  }
}

async function isAnswered(belay: Belay): Promise<boolean> {
  try {
    await requireWorker(belay)
    return true
  } catch (error) {
    if (error instanceof Unreachable) return false
    throw error
  }
}

async function askRun(belay: Belay, holder: BusyHolder): Promise<Wait[]> {
  const { service, environment } = placeOf(holder.workflowId)
  const run = await belay.attach(service, environment)
  const status = await run?.status(AbortSignal.timeout(askWithinMs)).catch(() => null)
  return status ? waitsOf(status) : await unanswered(holder)
}

/** A worker answers at once, or after reading a long run's history again. */
const askWithinMs = 5_000

/** The run is kept, and nobody carries it on: that is a wait too. */
async function unanswered({
  workflowId,
  deployment,
  version,
  performer,
  performerProven,
  since,
}: BusyHolder): Promise<Wait[]> {
  const { service, environment } = placeOf(workflowId)
  const about = `${version} by ${nameWords(performer, performerProven)}`
  const text = 'no worker answers for this run: it is kept, and goes on with the next worker'
  const command = 'belay worker (or belay dev), then belay waiting'
  const rest = { items: [], since, until: null, otherwise: 'nothing moves', command }
  return [{ kind: 'no_worker', service, environment, deployment, about, text, ...rest }]
}

/** A few at a time: a hundred runs asked at once would each wait for the others' worker. */
async function inParallel<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += mostAtOnce) {
    results.push(...(await Promise.all(all.slice(at, at + mostAtOnce).map(work))))
  }
  return results
}

const mostAtOnce = 10

/** The longest wait first. */
function byAge(a: Wait, b: Wait): number {
  return (a.since ?? '').localeCompare(b.since ?? '')
}

/** A service other than the one of this directory needs its own `belay.yaml` for the command. */
function linesOf(shell: Shell, waits: readonly Wait[], here: string | null): string[] {
  return waits.flatMap((wait, at) => {
    const elsewhere =
      wait.service !== here ? [`  (where the belay.yaml of ${wait.service} lies, or with --config)`] : []
    return [...(at === 0 ? [] : ['']), ...waitLines(wait, shell.now()), ...elsewhere]
  })
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}
