import { CancellationScope, workflowInfo } from '@temporalio/workflow'
import type { ItemRecord } from '../../src/domain/checklist.ts'
import { itemsOfDrill } from '../../src/domain/drill.ts'
import type { StartedAs } from '../../src/domain/outcome.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { itemsOfPlan } from '../../src/domain/plan-items.ts'
import { newLive } from './live.ts'
import type { Run } from './run.ts'

/** A run that has done nothing yet. */
export function openRun(plan: Plan, startedAs: StartedAs): Run {
  return {
    plan,
    startedAs,
    runId: workflowInfo().runId,
    phase: 'gate',
    phaseSinceMs: Date.now(),
    outcome: null,
    reason: null,
    waitingFor: null,
    windowEndsAtMs: null,
    signOff: null,
    items: new Map(itemsFor(plan, startedAs).map((item) => [item.item, item])),
    changes: null,
    authors: [],
    authorsUnknown: null,
    gateWaitsSinceMs: null,
    onCall: null,
    monitoringHeldAtMs: null,
    wayBackMs: null,
    performer: null,
    proofs: new Set(),
    taken: [],
    keys: new Map(),
    samples: new Map(),
    events: [],
    fences: new Map(),
    hostStates: new Map(),
    live: newLive(plan),
    restorePoints: new Map(),
    tagExists: false,
    pending: [],
    appliedBefore: null,
    rehearsed: null,
    snapshot: null,
    started: [],
    done: {
      stopped: new Set(),
      switched: new Set(),
      migrating: false,
      migrations: [],
      catalogBefore: null,
      catalogAfter: null,
    },
    interruption: null,
    decisions: new Map(),
    asked: new Map(),
    noticesStarting: [],
    hostsHeld: false,
    recordOpened: false,
    shown: '',
    unrecorded: { items: [], events: [], samples: [], proofs: [] },
    inFlight: 0,
    recording: Promise.resolve(),
    forward: new CancellationScope({ cancellable: true }),
  }
}

function itemsFor(plan: Plan, startedAs: StartedAs): ItemRecord[] {
  if (startedAs === 'rollback') return []
  return startedAs === 'drill' ? itemsOfDrill(itemsOfPlan(plan)) : itemsOfPlan(plan)
}
