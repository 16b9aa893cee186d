import { type Belay, connect, type Run } from '../../client/client.ts'
import { environmentOf, Unreachable, Usage } from '../../client/errors.ts'
import { configuredPlaces } from '../../client/places.ts'
import { planOfRun } from '../../client/run-input.ts'
import { nearest } from '../../config/nearest.ts'
import type { Dossier } from '../../domain/dossier/dossier.ts'
import { placeOf } from '../../domain/id.ts'
import type { RunStatus } from '../../domain/status.ts'
import { shown } from '../../domain/version.ts'
import type { DeploymentDetails, History } from '../../history/history.ts'
import { configFile } from '../given.ts'
import { statusOrNull } from '../open.ts'
import type { Options } from '../program/command.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'
import { toldByEnd, toldByHistory, toldByRun } from './told.ts'

/** A run with what it told of itself; `status` null: the history told it, and nothing can be answered any more. */
export type Found = { dossier: Dossier; status: RunStatus | null }

/**
 * The run somebody means by a deployment's id or an environment (its latest run): from the history where its record is
 * complete, from the run itself where it is open, its record late, or the history away. null: the environment is known
 * and had no run. Throws `Usage` with the nearest ids where nothing is called that.
 */
export async function findDossier(shell: Shell, options: Options, about: string): Promise<Found | null> {
  const [recorded, places] = await Promise.all([recordOf(shell, about), configuredPlaces(configFile(shell, options))])
  const isConfigured = places?.environments.includes(about) === true
  const sure = recorded && (recorded.details.row.kind === 'manual' || recorded.byId)
  if (sure && recorded.details.row.outcome !== null) return { dossier: toldByHistory(recorded.details), status: null }
  const service = recorded?.details.row.service ?? (isConfigured ? places.service : null)
  const environment = recorded?.details.row.environment ?? about
  const told = await runOf(shell, { service, environment, about, recorded })
  if (told) return told
  if (recorded) return { dossier: toldByHistory(recorded.details), status: null }
  if (isConfigured) return null
  throw new Usage(await unknown(shell, about, places?.environments ?? []))
}

type Recorded = { details: DeploymentDetails; byId: boolean }

/** By id, or the latest of an environment; null: not on record, or the history does not answer (which is said). */
async function recordOf(shell: Shell, about: string): Promise<Recorded | null> {
  return await ifThere(shell, () =>
    withHistory(shell, async (history) => {
      const named = await history.readDeploymentDetails(about)
      if (named) return { details: named, byId: true }
      const [latest] = (await history.listDeployments({ environment: about, limit: 1 })).rows
      const details = latest ? await history.readDeploymentDetails(latest.deployment) : null
      return details && { details, byId: false }
    }),
  )
}

type Wanted = { service: string | null; environment: string; about: string; recorded: Recorded | null }

/** What Temporal knows of it; null: nothing more than the history does. */
async function runOf(shell: Shell, wanted: Wanted): Promise<Found | null> {
  return await ifThere(
    shell,
    async () => {
      const belay = await connect(shell.environment)
      try {
        const run = await attach(belay, wanted)
        return run ? await ask(belay, run, wanted) : null
      } finally {
        await belay.close()
      }
    },
    wanted.recorded !== null,
  )
}

async function attach(belay: Belay, { service, environment, about }: Wanted): Promise<Run | null> {
  if (service !== null) return await belay.attach(service, environment)
  const open = (await belay.listOpen()).find(
    (one) => one.deployment === about || environmentOf(one.workflowId) === about,
  )
  if (open === undefined) return null
  const place = placeOf(open.workflowId)
  return await belay.attach(place.service, place.environment)
}

/** The record stands where it is complete; the run speaks for itself where it is not. */
async function ask(belay: Belay, run: Run, { recorded, environment }: Wanted): Promise<Found | null> {
  const row = recorded?.details.row
  const plan = await planOfRun(belay.temporal, run)
  const isOther = row !== undefined && plan !== null && plan.deployment !== row.deployment
  // A run that is not the recorded one is what somebody means who named the environment: it is newer, or refused.
  if (recorded?.byId && isOther) return null
  if (row && !isOther && row.outcome !== null) return null
  if (row?.kind === 'manual') return null
  const open = await run.open()
  const end = open ? null : await run.end().catch(() => null)
  const status = await statusOrNull(belay, run)
  if (status) return { dossier: toldByRun(status, plan, end, open), status: open ? status : null }
  if (end && plan) return { dossier: toldByEnd(end, plan), status: null }
  if (row) return null
  throw new Unreachable(`the run on ${environment}`, 'task queue belay', 'start a worker: belay worker (or belay dev)')
}

/** One of the two sources may be away: that is said, and the other one asked. */
async function ifThere<T>(shell: Shell, read: () => Promise<T | null>, other = true): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof Unreachable) || !other) throw error
    shell.say(error.message)
    return null
  }
}

async function unknown(shell: Shell, about: string, environments: readonly string[]): Promise<string> {
  const recorded = (await ifThere(shell, () => withHistory(shell, (history) => knownIn(history)))) ?? []
  const known = [...new Set([...environments, ...recorded])]
  const near = nearestOf(about, known)
  const guess = near.length > 0 ? ` Nearest: ${near.join(', ')}.` : ''
  const there = known.length > 0 ? ` Known: ${known.slice(0, 5).join(', ')}${known.length > 5 ? ', ...' : ''}.` : ''
  return `no environment and no deployment is called ${shown(about)}.${guess || there} Next: belay history`
}

/** At most three, the most alike first. */
function nearestOf(word: string, known: readonly string[]): string[] {
  const best = nearest(word, known)
  if (best === null) return []
  const rest = known.filter((one) => one !== best)
  return [best, ...nearestOf(word, rest)].slice(0, 3)
}

/** Environments first, then the newest deployments. */
async function knownIn(history: History): Promise<string[]> {
  const [places, page] = [await history.listEnvironments(), await history.listDeployments({ limit: 200 })]
  return [...places.map((place) => place.environment), ...page.rows.map((row) => row.deployment)]
}
