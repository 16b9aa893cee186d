import { act, onHost } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import { type Live, releaseDirectoryOf } from '../run/live.ts'
import { note, orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'

/** Stops every process of the service on a host; throws where one is still running. `what`: whose, in words. */
export async function stopAll(run: Run, host: string, what: string): Promise<void> {
  const row = { id: `stop:${host}`, summary: `${what} on ${host}` }
  const input = { order: orderFor(run, host), processes: run.plan.layout.processes, releaseDirectory: null }
  const proof = await named('stopProcesses', host, () => act(onHost(host, 'patient').stopProcesses, row, input))
  if (proof.proven) return
  const detail = proof.remaining.map((process) => `${process.pid} ${process.command}`).join(', ')
  throw new Trouble({ kind: 'not_proven', what: 'the stop of every process', host, detail: `still running: ${detail}` })
}

/** Starts the processes of one role on a host, and keeps in `run.started` what runs since when. */
export async function startAll(run: Run, live: Live, host: string, role: 'application' | 'worker'): Promise<void> {
  const { layout } = live.plan
  const releaseDirectory = releaseDirectoryOf(live, host)
  const names = layout.processes.filter((process) => process.role === role).map((process) => process.name)
  if (names.length === 0) return
  const { started } = await named('startProcesses', host, () => {
    const row = { id: `start ${role}:${host}`, summary: `${names.join(', ')} of ${live.release.version} on ${host}` }
    const input = { order: orderFor(run, host), processes: layout.processes, role, releaseDirectory, env: {} }
    return act(onHost(host, 'patient').startProcesses, row, input)
  })
  run.started = started.map((process) => `${process.process} pid ${process.pid} since ${process.startedAt}`)
  note(run, 'step', `${host}: started ${run.started.join(', ')}`)
}

/** Before a release starts: only lines written from here on count for or against it. */
export async function noteLogPositions(run: Run, live: Live, host: string): Promise<void> {
  const files = logFilesOf(live)
  if (files.length === 0) return
  await named('noteLogPositions', host, () => {
    const row = { id: `log positions:${host}`, summary: `${live.release.version}: only lines from here on count` }
    return act(onHost(host, 'patient').noteLogPositions, row, { order: orderFor(run, host), files })
  })
}

function logFilesOf(live: Live): string[] {
  const files = Object.values(live.plan.checks).flatMap((check) =>
    check.probe.kind === 'log' ? [check.probe.file] : [],
  )
  return [...new Set(files)]
}

/** Somebody had changed a file by hand: their bytes are kept beside the restore point, and they are told. */
export function noteEdited(run: Run, host: string, edited: readonly string[]): void {
  if (edited.length > 0) note(run, 'step', `${host}: edited by hand, their bytes are kept: ${edited.join(', ')}`)
}
