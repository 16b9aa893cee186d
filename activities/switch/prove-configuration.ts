import { dirname } from 'node:path'
import type { HostOrder, RunningProcess } from '../../src/domain/host.ts'
import type { ConfigurationFile, ServiceProcess } from '../../src/domain/plan.ts'
import { readJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'
import { parsePlan } from '../host/state-files.ts'
import { askService } from './ask-service.ts'
import { sha256At } from './world.ts'
import { readWritten } from './written.ts'

export type ConfigurationProof = { proven: boolean; detail: string; by: 'service' | 'file and process start' }

export type ConfigurationQuestion = {
  order: HostOrder
  files: ConfigurationFile[]
  expected: { target: string; sha256: string | null }[]
}

/** `inspect`: the service's processes as they run now. */
export type Inspect = (asked: {
  order: HostOrder
  processes: readonly ServiceProcess[]
  releaseDirectory: string | null
}) => Promise<{ running: RunningProcess[]; missing: string[] }>

/** On the disk first, then in the service: by its own word, else because all of it began after the file was there. */
export async function prove(inspect: Inspect, asked: ConfigurationQuestion): Promise<ConfigurationProof> {
  const told = asked.expected.flatMap(({ target, sha256 }) => {
    const loaded = asked.files.find((file) => file.target === target)?.loaded
    return loaded && sha256 !== null ? [{ target, sha256, loaded }] : []
  })
  const by = told.length > 0 && told.length === asked.expected.length ? 'service' : 'file and process start'
  for (const { target, sha256 } of asked.expected) {
    const got = await sha256At(target, { directory: asked.order.directory, roots: [dirname(target)] })
    if (got !== sha256) return { proven: false, by, detail: `${target}: expected ${words(sha256)}, got ${words(got)}` }
  }
  const details: string[] = []
  for (const { sha256, loaded } of told) {
    const { said, detail } = await askService(loaded, [sha256])
    if (!said) return { proven: false, by: 'service', detail }
    details.push(detail)
  }
  const rest = asked.expected.filter(({ target }) => !told.some((each) => each.target === target))
  if (rest.length === 0) return { proven: true, by, detail: details.join('; ') }
  const start = await startedAfter(inspect, asked.order, rest)
  return { proven: start.proven, by, detail: [...details, start.detail].join('; ') }
}

/** Clock ticks and uptime are told in hundredths of a second. */
export const tickToleranceMs = 100

async function startedAfter(
  inspect: Inspect,
  order: HostOrder,
  files: readonly { target: string }[],
): Promise<{ proven: boolean; detail: string }> {
  const written = await readWritten(order.directory)
  const times = files.flatMap(({ target }) => written.files[target]?.at ?? [])
  const since = times.toSorted().at(-1)
  if (since === undefined) return { proven: false, detail: `no switch wrote ${files[0]?.target}, so nothing is known` }
  const plan = written.planDigest
    ? await readJson(hostPaths(order.directory).plan(written.planDigest), parsePlan)
    : null
  const processes = plan?.layout.processes ?? []
  if (processes.length === 0) {
    return { proven: false, detail: 'no process is known that could have loaded it; say where with `loaded`' }
  }
  const { running, missing } = await inspect({ order, processes, releaseDirectory: null })
  if (missing.length > 0) return { proven: false, detail: `not running: ${missing.join(', ')}` }
  const stale = running.filter(({ startedAt }) => Date.parse(startedAt) + tickToleranceMs < Date.parse(since))
  if (stale.length > 0) {
    const names = stale.map(({ process, startedAt }) => `${process} (${startedAt})`).join(', ')
    return { proven: false, detail: `expected every process to start after ${since}, got ${names}` }
  }
  const names = running.map(({ process, pid }) => `${process} ${pid}`).join(', ')
  return { proven: true, detail: `on the disk since ${since}; started after it: ${names}` }
}

function words(sha256: string | null): string {
  return sha256 === null ? 'no file' : `sha256 ${sha256.slice(0, 12)}`
}
