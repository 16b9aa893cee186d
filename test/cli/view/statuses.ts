import type { Sample } from '../../../src/domain/check.ts'
import { type ItemRecord, openItem } from '../../../src/domain/checklist.ts'
import type { RunStatus } from '../../../src/domain/status.ts'

/** A deployment of a shop, as its run says it; nothing has happened but what is given. */
export function statusWith(change: Partial<RunStatus>): RunStatus {
  return {
    deployment: '1.5.0-4f0c9a1b2e',
    startedAs: 'deployment',
    service: 'shop',
    environment: 'production',
    release: { version: '1.5.0', commit: '4f0c9a1b2e'.repeat(4) },
    performer: 'ci@example.com',
    hosts: ['app-1', 'app-2'],
    planDigest: 'digest',
    phase: 'gate',
    outcome: null,
    why: null,
    waitingFor: null,
    liveSince: null,
    windowEndsAt: null,
    items: [],
    samples: [],
    events: [],
    unrecorded: 0,
    ...change,
  }
}

export function item(address: string, change: Partial<ItemRecord> = {}): ItemRecord {
  return { ...openItem(address, { by: 'sign_off', acceptClaim: false }), ...change }
}

export function sample(check: string, host: string | null, change: Partial<Sample> = {}): Sample {
  const reason = { expected: 'status 200', got: 'status 200', evidence: [] }
  return { check, host, verdict: 'passed', reason, at: '2026-01-01T14:00:00.000Z', tookMs: 12, ...change }
}

export const atNoonMs = Date.parse('2026-01-01T14:00:30.000Z')

export const atGate = statusWith({
  waitingFor: {
    question: 'gate',
    text: 'sign-off of pre.code_reviewed',
    answers: [],
    since: '2026-01-01T14:00:00.000Z',
    until: '2026-01-01T15:00:00.000Z',
  },
  items: [
    item('pre.code_reviewed'),
    item('pre.tests_passing', { how: 'command', state: 'running', detail: 'npm test' }),
    item('pre.rollback_plan', { how: 'belay', state: 'passed', via: 'belay' }),
  ],
})

export const watching = statusWith({
  phase: 'watch',
  liveSince: '2026-01-01T13:55:00.000Z',
  windowEndsAt: '2026-01-01T14:04:42.000Z',
  samples: [
    sample('health', 'app-1'),
    sample('health', 'app-2'),
    sample('errors', null, {
      verdict: 'failed',
      reason: { expected: '<= 0.01', got: '0.079', evidence: [] },
    }),
  ],
  items: [
    item('pre.code_reviewed', { state: 'passed', by: 'bob@example.com', claimed: true, note: 'read twice' }),
    item('post.metrics_normal', { how: 'check', state: 'failed', detail: 'errors: expected <= 0.01, got 0.079' }),
    item('post.user_facing_tested'),
    item('manual.payment_processing'),
  ],
})

export const goingBack = statusWith({
  phase: 'rollback',
  liveSince: '2026-01-01T13:55:00.000Z',
  why: 'errors: expected <= 0.01, got 0.079, 4 min 12 s into the window',
  waitingFor: {
    question: 'start:app-1',
    text: 'start 1.4.0 on app-1 failed: no such file',
    answers: ['retry', 'skip', 'give_up'],
    since: '2026-01-01T13:59:30.000Z',
    until: null,
  },
})

export const live = statusWith({ phase: 'finished', outcome: 'SUCCESS', liveSince: '2026-01-01T13:55:00.000Z' })
