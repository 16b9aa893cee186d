import { stat } from 'node:fs/promises'
import type { FoundProcess, HostSurvey, NamedProcess } from '../../src/domain/adoption.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { Plan, ServiceProcess } from '../../src/domain/plan.ts'
import type { Git } from '../git/git.ts'
import { hostPaths } from '../host/paths.ts'
import { manage } from '../process/activities.ts'
import { keptEntry, readKept } from '../process/kept.ts'
import type { Surroundings } from '../process/managed.ts'
import { workingDirectoryOf } from '../process/proc.ts'
import { isInside } from '../process/release-of.ts'
import { problemOfFile } from '../release/way-back.ts'
import { readMarkerFile } from '../switch/read-marker.ts'
import { rootsOf } from '../switch/restore-point.ts'
import { sha256At } from '../switch/world.ts'
import { type Answer, describe, findKeeperProcess, type Place } from './find.ts'
import { type AdoptedPlace, placeOf, revisionOf } from './place.ts'

export type Surveying = {
  order: HostOrder
  plan: Plan
  from: string | null
  named: readonly NamedProcess[]
}

/** Everything of this host that an adoption would write down, and why it could not be adopted like this. */
export async function survey(git: Git, world: Surroundings, asked: Surveying): Promise<HostSurvey> {
  const { order, plan, named } = asked
  const adopted = await placeOf(plan, asked.from)
  const { releaseDirectory } = adopted
  const place: Place = { order, releaseDirectory, named, environment: world.environment, now: world.clock() }
  const answers = await Promise.all(
    plan.layout.processes.map((process) => answerOf(process, { world, place, adopted })),
  )
  const processes = answers.flatMap((answer) => ('found' in answer ? [answer.found] : []))
  const revision = await revisionOf(git, releaseDirectory)
  const { marker, problem } = await readMarkerFile(plan.marker.file)
  const configuration = await configurationOf(plan)
  const problems = [
    ...answers.map((answer) => ('problem' in answer ? answer.problem : null)),
    twice(processes),
    revisionProblem(plan, releaseDirectory, revision),
    problem ?? markerProblem(plan, marker) ?? (marker ? null : await problemOfFile(plan, plan.marker.file)),
  ].filter((each) => each !== null)
  const warnings = [...processes.flatMap(warningsOf), ...(await changedAfter(plan, processes))]
  return {
    host: order.host,
    releaseDirectory,
    processes,
    noted: await areNoted(order, plan.layout.processes),
    configuration,
    marker,
    revision,
    problems,
    warnings,
  }
}

type Looking = { world: Surroundings; place: Place; adopted: AdoptedPlace }

async function answerOf(process: ServiceProcess, { world, place, adopted }: Looking): Promise<Answer> {
  const { name, run } = process
  if (run.by === 'keeper') return await findKeeperProcess({ ...process, run }, place)
  if (place.named.some((each) => each.process === name)) {
    return { problem: `--pid ${name}: it is run by ${run.by}, which says itself what runs; leave it out` }
  }
  const found = await manage(process, world).find()
  if (found === null) return { problem: `expected ${name} to run (${whoSays(process)}), found it stopped; start it` }
  const unit = run.by === 'systemd' ? unitProblem(run.unit, found.entry.pid, place, adopted) : null
  return unit === null ? { found: describe(process, found.entry, place) } : { problem: `${name}: ${unit}` }
}

function whoSays({ run }: ServiceProcess): string {
  return run.by === 'systemd' ? run.unit : 'asked by its pid command'
}

/** A unit that does not start from `current` would start the old release for ever. */
function unitProblem(
  unit: string,
  pid: number,
  { order, releaseDirectory }: Place,
  { by }: AdoptedPlace,
): string | null {
  const { current } = hostPaths(order.directory)
  const cwd = workingDirectoryOf(pid)
  if (by === 'in place' || (by === 'current' && cwd !== null && isInside(cwd, releaseDirectory))) return null
  const next = `let ${current} lead to ${releaseDirectory}, WorkingDirectory= be ${current}, restart it, then adopt without --from`
  return `expected ${unit} to start from ${current}, found it in ${cwd ?? 'an unknown directory'}; ${next}`
}

function twice(processes: readonly FoundProcess[]): string | null {
  const again = processes.find((one, at) => processes.findIndex((other) => other.pid === one.pid) !== at)
  return again ? `${again.process}: pid ${again.pid} is another process's as well; name each with --pid` : null
}

function revisionProblem(plan: Plan, directory: string, revision: HostSurvey['revision']): string | null {
  const { version, commit } = plan.release
  if (revision === null || commit.startsWith(revision.commit) || revision.commit.startsWith(commit)) return null
  const got = `${revision.commit.slice(0, 12)} by ${revision.by}`
  return `${directory}: expected ${version} (${commit.slice(0, 12)}), got ${got}; name the version or --commit that runs`
}

function markerProblem(plan: Plan, marker: HostSurvey['marker']): string | null {
  if (marker === null) return null
  const expected = { ...plan.release, environment: plan.environment }
  const wrong = Object.entries(expected).find(
    ([key, value]) => Object.entries(marker).find(([k]) => k === key)?.[1] !== value,
  )
  if (!wrong) return null
  const got = Object.entries(marker).find(([key]) => key === wrong[0])?.[1]
  return `${plan.marker.file}: expected ${wrong[0]} ${wrong[1]}, got ${got}; adopt what it says, or move it away`
}

async function configurationOf(plan: Plan): Promise<{ target: string; sha256: string | null }[]> {
  return await Promise.all(
    plan.configuration.map(async ({ target }) => ({ target, sha256: await sha256At(target, rootsOf(plan)) })),
  )
}

/** What the service does not say itself: whether it runs with the file that is there now. */
async function changedAfter(plan: Plan, processes: readonly FoundProcess[]): Promise<string[]> {
  const oldest = processes.map(({ startedAt }) => startedAt).toSorted()[0]
  const silent = plan.configuration.filter((file) => file.loaded === null)
  const found = await Promise.all(
    silent.map(async ({ target }) => {
      const at = await stat(target).then(
        ({ mtime }) => mtime.toISOString(),
        () => null,
      )
      if (at === null) return `${target} is not there; a rollback makes it absent again`
      if (oldest === undefined || at <= oldest) return null
      return `${target} was changed at ${at}, after the service started: it may run with other values than a rollback brings back`
    }),
  )
  return found.filter((each) => each !== null)
}

function warningsOf({ process, pid, by, parent, unset }: FoundProcess): string[] {
  const given = `${process} runs with ${unset.slice(0, 10).join(', ')}${unset.length > 10 ? ', …' : ''}, which belay.yaml does not give it (release.processes.${process}.env)`
  const supervised = `${process} (pid ${pid}) was started by ${parent?.command} (pid ${parent?.pid}), which may start it again when Belay stops it: take it out of there before the first deployment`
  return [
    ...(unset.length > 0 ? [given] : []),
    ...(by === 'keeper' && parent && supervisors.test(parent.command) ? [supervised] : []),
  ]
}

const supervisors = /^(supervisord|runsv|s6-supervise|PM2 .*|pm2|monit|circusd|god|forever|systemd)$/

async function areNoted(order: HostOrder, processes: readonly ServiceProcess[]): Promise<boolean> {
  const own = processes.filter(({ run }) => run.by === 'keeper')
  const kept = await Promise.all(own.map(({ name }) => readKept(order, name)))
  return kept.every((each) => each !== null && keptEntry(each) !== null)
}
