import { type Belay, connect } from '../../client/client.ts'
import { Unreachable, Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { environmentPlan } from '../../client/prepare.ts'
import { requireWorker } from '../../client/workers.ts'
import { nearest } from '../../config/nearest.ts'
import type { Dossier } from '../../domain/dossier/dossier.ts'
import { when } from '../../domain/item-words.ts'
import type { LogAnswer, LogSource } from '../../domain/log/piece.ts'
import type { Plan } from '../../domain/plan.ts'
import { shown } from '../../domain/version.ts'
import { findDossier } from '../dossier/find-dossier.ts'
import { exitCodes } from '../exit.ts'
import { argument, configFile, limit, performer } from '../given.ts'
import type { Options } from '../program/command.ts'
import { type Place, readPlaces } from '../read-logs.ts'
import type { Shell } from '../shell/shell.ts'

/** What a step of a deployment or a process of the service printed, read where it runs; without a name: what there is. */
export async function logs(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const about = argument(args, 0, 'environment or deployment')
  const found = await findDossier(shell, options, about)
  if (found === null)
    throw new Usage(`nothing was ever deployed to ${shown(about)}. Next: belay deploy <version> --env ${about}`)
  const { dossier } = found
  const plan =
    dossier.plan ??
    (await environmentPlan(configFile(shell, options), dossier.environment, await performer(shell, options)))
  const belay = await connect(shell.environment)
  try {
    await requireWorker(belay)
    return await lookAt(shell, { belay, plan, dossier, name: args[1] ?? null, about }, options)
  } finally {
    await belay.close()
  }
}

type Looking = { belay: Belay; plan: Plan; dossier: Dossier; name: string | null; about: string }

async function lookAt(shell: Shell, { belay, plan, dossier, name, about }: Looking, options: Options): Promise<number> {
  const of = { deployment: dossier.deployment, planDigests: [dossier.planDigest] }
  const lists = await maintenance(belay, shell.say).listLogs(plan, of)
  sayMissing(shell, lists)
  if (name === null) return list(shell, lists, dossier, about, options)
  const places = placesOf(lists, name, about)
  const read = { lines: limit(options), follow: options.follow === true, json: options.json === true }
  return await readPlaces(shell, places, { ...read, deployment: dossier.deployment, name }, (place, request) =>
    maintenance(belay, shell.say).readLog(plan, of, { host: place.host, name, ...request }),
  )
}

/** One that is away takes nothing from the others; only when nobody answers is there nothing to show. */
function sayMissing(shell: Shell, lists: readonly LogAnswer[]): void {
  const missing = missingOf(lists)
  if (missing.length === lists.length) throw unanswered(lists, 'nobody can be asked for logs')
  for (const { host, missing: why } of missing) shell.say(`${host ?? 'worker'}: ${why}; its logs are not shown here`)
}

const missingOf = (lists: readonly LogAnswer[]) => lists.filter(({ missing }) => Boolean(missing))

function unanswered(lists: readonly LogAnswer[], so: string): Unreachable {
  const hosts = missingOf(lists).map(({ host }) => host ?? 'the worker')
  const next = `${so}. Next: belay doctor, or \`belay worker --host <host>\` where it is down`
  return new Unreachable(hosts.join(', '), hosts.length > 1 ? 'their task queues' : 'its task queue', next)
}

/** The places that have it; the others would only say so. */
function placesOf(lists: readonly LogAnswer[], name: string, about: string): Place[] {
  const there = lists.filter(({ logs: known }) => known.some((log) => log.name === name))
  const elsewhere = there.flatMap(({ host, logs: known }) =>
    known.flatMap((log) => (log.name === name && log.elsewhere ? [`${host}: ${log.elsewhere}`] : [])),
  )
  if (elsewhere.length > 0)
    throw new Usage(`Belay does not keep what ${name} prints. Next: on ${elsewhere.join('; on ')}`)
  if (there.length > 0) return there.map(({ host }) => ({ host }))
  const names = [...new Set(lists.flatMap(({ logs: known }) => known.map((log) => log.name)))]
  if (missingOf(lists).length > 0)
    throw unanswered(lists, `${shown(name)} may be there; elsewhere there is: ${names.join(', ') || 'nothing'}`)
  const like = nearest(name, names)
  const guess = like ? ` Did you mean ${like}?` : ` There is: ${names.join(', ') || 'nothing'}.`
  throw new Usage(`no step and no process is called ${shown(name)}.${guess} Next: belay logs ${about}`)
}

function list(shell: Shell, lists: readonly LogAnswer[], dossier: Dossier, about: string, options: Options): number {
  if (options.json === true) {
    shell.print(JSON.stringify({ schema: 1, deployment: dossier.deployment, places: lists }, null, 2))
    return exitCodes.done
  }
  const lines = lists.flatMap(({ host, logs: known }) => known.map((log) => sourceLine(host, log)))
  shell.print(
    `logs of ${dossier.deployment} on ${dossier.environment}, and of the processes of ${dossier.service}`,
    'title',
  )
  for (const line of lines) shell.print(`  ${line}`)
  shell.print(lines.length > 0 ? `Next: belay logs ${about} <name> [-f]` : '  nothing was printed yet')
  return exitCodes.done
}

function sourceLine(host: string | null, { name, kind, bytes, changedAt, elsewhere }: LogSource): string {
  const size =
    elsewhere ??
    (bytes === 0 ? 'nothing printed' : `${sizeWords(bytes)}, last ${changedAt ? when(changedAt) : 'never'}`)
  return `${(host ?? 'worker').padEnd(12)} ${kind.padEnd(8)} ${name.padEnd(28)} ${size}`
}

function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
