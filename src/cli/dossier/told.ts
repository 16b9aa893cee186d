import type { ItemRecord } from '../../domain/checklist.ts'
import type { Dossier } from '../../domain/dossier/dossier.ts'
import { itemsOfDrill } from '../../domain/drill.ts'
import type { RunEnd } from '../../domain/end/run-end.ts'
import { readOnCall } from '../../domain/gate/on-call.ts'
import type { RunKind } from '../../domain/log/entry.ts'
import type { Plan } from '../../domain/plan.ts'
import { answeredItems } from '../../domain/plan-items.ts'
import { readReason } from '../../domain/reason.ts'
import type { RunStatus } from '../../domain/status.ts'
import type { DeploymentDetails } from '../../history/history.ts'

/** A run as the history has it: complete once it has ended. */
export function toldByHistory({ row, plan, items, events, samples, proofs }: DeploymentDetails): Dossier {
  const reason = readReason(row.reason)
  return {
    toldBy: 'history',
    open: row.outcome === null,
    deployment: row.deployment,
    kind: row.kind,
    service: row.service,
    environment: row.environment,
    release: { version: row.version, commit: row.commit },
    performer: row.deployedBy,
    performerProven: events.some(({ data }) => data?.performerProven === true),
    planDigest: row.planDigest,
    plan,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    phase: null,
    outcome: row.outcome,
    reason,
    why: null,
    sentence: row.sentence,
    waitingFor: null,
    signOff: null,
    onCall: readOnCall(row.onCall),
    liveSince: null,
    marker: row.marker,
    logEntry: row.logEntry,
    wayBackMs: row.wayBackMs,
    ignored: row.ignoredSafeties,
    changes: row.changes,
    items: itemsOf(row.kind, plan, items),
    proofs,
    events,
    samples,
  }
}

function itemsOf(kind: RunKind, plan: Plan, items: readonly ItemRecord[]): readonly ItemRecord[] {
  if (kind === 'rollback' || kind === 'manual') return items
  return kind === 'drill' ? itemsOfDrill(answeredItems(plan, items)) : answeredItems(plan, items)
}

/** A run as it tells itself; `end` is what it returned, where it has. */
export function toldByRun(status: RunStatus, plan: Plan | null, end: RunEnd | null, open: boolean): Dossier {
  return {
    toldBy: 'run',
    open,
    deployment: status.deployment,
    kind: status.startedAs,
    service: status.service,
    environment: status.environment,
    release: status.release,
    performer: status.performer,
    performerProven: status.performerProven === true,
    planDigest: status.planDigest,
    plan,
    startedAt: status.events[0]?.at ?? null,
    finishedAt: open ? null : (status.events.at(-1)?.at ?? null),
    phase: status.phase,
    outcome: end?.outcome ?? status.outcome,
    reason: end?.reason ?? status.reason ?? null,
    why: status.why,
    sentence: end?.sentence ?? null,
    waitingFor: status.waitingFor,
    signOff: status.signOff ?? null,
    onCall: status.onCall ?? null,
    liveSince: status.liveSince,
    marker: null,
    logEntry: null,
    changes: status.changes ?? null,
    ignored: plan?.ignoredSafeties ?? status.ignoredSafeties ?? [],
    wayBackMs: end?.wayBackMs ?? status.wayBackMs ?? null,
    items: status.items,
    proofs: status.proofs ?? [],
    events: status.events,
    samples: status.samples,
  }
}

/** What Temporal itself keeps of a run that has ended, where neither the history nor a worker answers. */
export function toldByEnd(end: RunEnd, plan: Plan): Dossier {
  const { deployment, service, environment, release, performer, digest: planDigest } = plan
  const told = { deployment, service, environment, release, performer, planDigest, phase: 'finished' } as const
  const empty = { waitingFor: null, liveSince: null, windowEndsAt: null, items: [], samples: [], events: [] } as const
  const { startedAs, outcome } = end
  return toldByRun({ ...told, ...empty, startedAs, outcome, why: null, unrecorded: 0 }, plan, end, false)
}
