import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import { renderDetails } from '../../src/domain/dossier/details.ts'
import { reasonLine } from '../../src/domain/reason.ts'
import { eventsAtOnce, type RunStatus } from '../../src/domain/status.ts'
import type { Run } from './run.ts'

/** `after`: the events that follow this number, in order; null: the newest. */
export function statusOf(run: Run, after: number | null = null): RunStatus {
  return {
    deployment: run.plan.deployment,
    startedAs: run.startedAs,
    service: run.plan.service,
    environment: run.plan.environment,
    release: run.plan.release,
    performer: run.plan.performer,
    performerProven: run.performer?.holds === true,
    identity: run.plan.identity ?? 'claimed',
    hosts: run.plan.hosts,
    planDigest: run.plan.digest,
    phase: run.phase,
    outcome: run.outcome,
    reason: run.reason,
    why: run.reason ? reasonLine(run.reason) : null,
    waitingFor: run.waitingFor,
    signOff: run.signOff,
    liveSince: run.live.since,
    windowEndsAt: run.windowEndsAtMs === null ? null : new Date(run.windowEndsAtMs).toISOString(),
    items: [...run.items.values()],
    changes: run.changes,
    onCall: run.onCall,
    wayBackMs: run.wayBackMs,
    ignoredSafeties: run.plan.ignoredSafeties,
    // In short: whole they are in the history, and an answer stays small.
    ...(run.taken.length > 0 && { proofs: run.taken }),
    samples: [...run.samples.values()],
    // A query answer is a payload, and payloads have a limit.
    events: after === null ? run.events.slice(-eventsAtOnce) : run.events.slice(after, after + eventsAtOnce),
    unrecorded: run.unrecorded.events.length + run.unrecorded.items.length + run.inFlight,
  }
}

/** Puts the state where it can be read: search attributes for lists, current details for the run's page. */
export function show(run: Run): void {
  const attributes = [run.phase, run.outcome ?? 'RUNNING', run.waitingFor?.question ?? 'nobody'] as const
  // Every upsert is an event in the history: only what changed is worth one.
  if (attributes.join() !== run.shown) {
    run.shown = attributes.join()
    const [phase, outcome, waiting] = attributes
    upsertSearchAttributes([
      { key: phaseKey, value: phase },
      { key: outcomeKey, value: outcome },
      { key: waitingKey, value: waiting },
    ])
  }
  setCurrentDetails(renderDetails(statusOf(run)))
}

const phaseKey = defineSearchAttributeKey('BelayPhase', SearchAttributeType.KEYWORD)
const outcomeKey = defineSearchAttributeKey('BelayOutcome', SearchAttributeType.KEYWORD)
const waitingKey = defineSearchAttributeKey('BelayWaitingFor', SearchAttributeType.KEYWORD)
