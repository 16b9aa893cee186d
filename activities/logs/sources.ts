import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import type { LogSource } from '../../src/domain/log/piece.ts'
import type { Plan, ServiceProcess } from '../../src/domain/plan.ts'
import { referencedNames } from '../../src/domain/reference.ts'
import { readJson } from '../disk/atomic.ts'
import { directoriesIn } from '../disk/directories.ts'
import { readRecords } from '../host/inspect.ts'
import { hostPaths } from '../host/paths.ts'
import { parsePlan } from '../host/state-files.ts'
import { deploymentStepsDirectory, runFiles } from '../step/step.ts'

/** One log on this machine: its files oldest first, and what must not be seen in it. */
export type Source = {
  name: string
  kind: LogSource['kind']
  files: readonly string[]
  /** Variables whose values must not be seen: a service may print any secret its plans name, whichever process was given it. */
  variables: readonly string[]
  /** Nothing more will be written. */
  ended: () => boolean
  elsewhere: string | null
}

export type Asked = {
  deployment: string
  /** null: asked of a worker of no host, for evidence commands. */
  order: HostOrder | null
  /** Plans to look processes up in, beside that of the version of record. */
  planDigests: readonly string[]
}

/** Every log that a name can mean: steps of the deployment, processes of the plans that this host has kept. No path is taken. */
export async function sourcesOf(root: string, asked: Asked): Promise<Source[]> {
  const plans = await keptPlans(asked)
  const variables = [...new Set(referencedNames(JSON.stringify(plans)))]
  const steps = await stepsOf(root, asked.deployment)
  return [...steps, ...processesOf(plans, asked)].map((source) => ({ ...source, variables }))
}

/** Of the version of record, and of the deployment that is asked about: its release may never have become live. */
async function keptPlans({ order, planDigests }: Asked): Promise<Plan[]> {
  if (order === null) return []
  const [record] = await readRecords(order.directory)
  const digests = [...new Set([...(record ? [record.planDigest] : []), ...planDigests])]
  const plans = await Promise.all(digests.map((digest) => readJson(hostPaths(order.directory).plan(digest), parsePlan)))
  return plans.filter((plan) => plan !== null)
}

type Unmasked = Omit<Source, 'variables'>

async function stepsOf(root: string, deployment: string): Promise<Unmasked[]> {
  const directory = deploymentStepsDirectory(root, deployment)
  const names = await directoriesIn(directory)
  return await Promise.all(names.map(async (name) => stepSource(name, await newestRun(join(directory, name)))))
}

/** The last try, and of it the last run where it was begun again. */
async function newestRun(directory: string): Promise<string> {
  const [last = 1] = (await directoriesIn(directory))
    .map(Number)
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a)
  const attempt = join(directory, String(last))
  const reruns = (await directoriesIn(attempt)).filter((name) => name.startsWith('rerun-'))
  const newest = reruns.sort((a, b) => Number(b.slice(6)) - Number(a.slice(6)))[0]
  return newest === undefined ? attempt : join(attempt, newest)
}

function stepSource(name: string, run: string): Unmasked {
  const { head, earlierTail, tail, result } = runFiles(run)
  const files = [head, earlierTail, tail]
  return { name, kind: 'step', files, ended: () => existsSync(result), elsewhere: null }
}

function processesOf(plans: readonly Plan[], { order }: Asked): Unmasked[] {
  if (order === null) return []
  const found = plans.flatMap((plan) => plan.layout.processes)
  const byName = new Map(found.toReversed().map((process) => [process.name, process]))
  return [...byName.values()].toReversed().map((process) => processSource(process, order))
}

function processSource(process: ServiceProcess, { directory }: HostOrder): Unmasked {
  const { run, name } = process
  const base = { name, kind: 'process', ended: () => false } as const
  switch (run.by) {
    case 'keeper':
      return { ...base, files: [resolve(directory, run.log)], elsewhere: null }
    case 'systemd':
      return { ...base, files: [], elsewhere: `journalctl --unit ${run.unit}` }
    case 'commands':
      return { ...base, files: [], elsewhere: 'wherever its own start command sends it' }
  }
}

export async function describeSource({ name, kind, files, elsewhere }: Source): Promise<LogSource> {
  const stats = (await Promise.all(files.map((file) => stat(file).catch(() => null)))).filter((one) => one !== null)
  const bytes = stats.reduce((sum, one) => sum + one.size, 0)
  const changedMs = Math.max(0, ...stats.map((one) => one.mtimeMs))
  return { name, kind, bytes, changedAt: bytes > 0 ? new Date(changedMs).toISOString() : null, elsewhere }
}
