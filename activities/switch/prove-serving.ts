import type { HostOrder } from '../../src/domain/host.ts'
import type { Plan, ServiceProcess } from '../../src/domain/plan.ts'
import { askService } from './ask-service.ts'
import { type Inspect, tickToleranceMs } from './prove-configuration.ts'
import { readWritten } from './written.ts'

export type ServingQuestion = {
  order: HostOrder
  serving: Plan['serving']
  processes: readonly ServiceProcess[]
  releaseDirectory: string
  release: { version: string; commit: string }
}

/** The service's own word; else that all of its processes work in the release and began after it was switched to. */
export async function proveServing(
  inspect: Inspect,
  asked: ServingQuestion,
): Promise<{ proven: boolean; detail: string }> {
  const { version, commit } = asked.release
  if (asked.serving) {
    const { said, detail } = await askService(asked.serving, [version, commit])
    return { proven: said, detail }
  }
  return await byDirectory(inspect, asked)
}

async function byDirectory(inspect: Inspect, asked: ServingQuestion): Promise<{ proven: boolean; detail: string }> {
  const { order, processes, releaseDirectory } = asked
  if (processes.length === 0) {
    return {
      proven: false,
      detail: 'no process is known and the service does not say its version; configure `serving`',
    }
  }
  const { running, missing } = await inspect({ order, processes, releaseDirectory })
  if (missing.length > 0) {
    return {
      proven: false,
      detail: `expected ${missing.join(', ')} to run from ${releaseDirectory}, got no such process`,
    }
  }
  const { codeAt } = await readWritten(order.directory)
  const stale = running.filter(
    ({ startedAt }) => codeAt !== null && Date.parse(startedAt) + tickToleranceMs < Date.parse(codeAt),
  )
  if (stale.length > 0) {
    const names = stale.map(({ process, startedAt }) => `${process} (${startedAt})`).join(', ')
    return { proven: false, detail: `expected every process to start after the switch at ${codeAt}, got ${names}` }
  }
  const names = running.map(({ process, pid, startedAt }) => `${process} ${pid} since ${startedAt}`).join(', ')
  return { proven: true, detail: `runs from ${releaseDirectory}: ${names}` }
}
