import type { Sample } from '../../src/domain/check.ts'
import type { HostRecord } from '../../src/domain/host.ts'
import { markerText } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { answerSteps, type StepAnswer } from '../../src/domain/verification.ts'
import { inspect } from '../hosts/inspect.ts'
import { act, onHost } from '../proxies.ts'
import { type Live, newLive } from '../run/live.ts'
import { openRun } from '../run/open-run.ts'
import { orderFor, type Run } from '../run/run.ts'
import { announceVerification, runAllChecks } from '../verify.ts'

export type CheckReport = {
  release: { version: string; commit: string } | null
  samples: readonly Sample[]
  steps: readonly StepAnswer[]
  passed: boolean
}

/** Runs every health check once, now, against what is live, and answers the six verification steps. Changes nothing. */
export async function checkEnvironment(plan: Plan): Promise<CheckReport> {
  const run = openRun(plan, 'rollback')
  const live = await whatIsLive(run)
  const samples = await runAllChecks(run, live, false)
  const steps = answerSteps(plan, samples)
  const bad = samples.filter((sample) => sample.verdict !== 'passed')
  announceVerification(run, bad)
  // Without a record of the host's own nobody knows what runs there.
  return {
    release: live.since === null ? null : live.release,
    samples,
    steps,
    passed: bad.length === 0 && samples.length > 0,
  }
}

/** From the host's own record and marker; a service that Belay never deployed is checked by the plan alone. */
export async function whatIsLive(run: Run): Promise<Live> {
  const found: [string, HostRecord | undefined, string | null][] = []
  for (const host of run.plan.hosts) {
    const state = await inspect(run, host, `what ${host} runs`)
    found.push([host, state.records[0], state.live.marker ? markerText(state.live.marker) : null])
  }
  const record = found[0]?.[1]
  const live = newLive(record ? await planOf(run, record) : run.plan, record?.release ?? run.plan.release)
  for (const [host, known, marker] of found) {
    live.releaseDirectories.set(host, known?.releaseDirectory ?? run.plan.layout.directory)
    live.configuration.set(host, known?.configuration ?? [])
    live.markerText = marker ?? live.markerText
  }
  live.since = record?.at ?? null
  return live
}

async function planOf(run: Run, record: HostRecord): Promise<Plan> {
  const [host = ''] = run.plan.hosts
  try {
    const row = { id: 'plan of the live release', summary: record.release.version }
    return await act(onHost(host, 'probe').readPlan, row, { order: orderFor(run, host), digest: record.planDigest })
  } catch {
    return run.plan
  }
}
