import type { HostRecord } from '../../src/domain/host.ts'
import type { DeploymentEnd } from '../../src/domain/log/entry.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { act, anywhere, onHost, record } from '../proxies.ts'
import { now, orderFor, type Run } from '../run/run.ts'

/** A release that Belay did not make, as a host remembers it. */
export function adoptedRecord(
  plan: Plan,
  found: Pick<HostRecord, 'releaseDirectory' | 'configuration' | 'migrations' | 'catalog'>,
): HostRecord {
  const { deployment, release, digest: planDigest } = plan
  return { deployment, release, planDigest, ...found, outcome: 'ADOPTED', at: now() }
}

/** Keeps the plan, appends the log entry, and writes the record, which ends the claim. */
export async function becomeOfRecord(
  run: Run,
  plan: Plan,
  host: string,
  written: { records: HostRecord[]; text: string },
): Promise<void> {
  const order = orderFor(run, host)
  await act(onHost(host, 'patient').savePlan, { id: `plan:${host}`, summary: 'kept' }, { order, plan })
  if (plan.log.file !== null) {
    const { file } = plan.log
    const row = { id: `log:${host}`, summary: file }
    await act(onHost(host, 'patient').appendLog, row, { order, file, key: plan.deployment, text: written.text })
  }
  const row = { id: `finish:${host}`, summary: 'version of record' }
  await act(onHost(host, 'patient').finishHost, row, { order, records: written.records })
}

export async function recordByHand(plan: Plan, end: DeploymentEnd): Promise<void> {
  const row = { id: 'close record', summary: end.outcome }
  await act(record.closeRecord, row, { deployment: plan.deployment, end })
}

export async function recordByHandInGit(plan: Plan, entry: string): Promise<void> {
  const { repository, environment, release, deployment } = plan
  const row = { id: 'record in git', summary: release.version }
  const input = { repository, environment, ...release, at: now(), entry, deployment }
  await act(anywhere('patient').recordInGit, row, input)
}
