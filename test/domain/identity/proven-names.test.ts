import { expect, test } from 'vitest'
import type { Dossier } from '../../../src/domain/dossier/dossier.ts'
import { explain } from '../../../src/domain/dossier/explain.ts'
import { itemsOfPlan } from '../../../src/domain/plan-items.ts'
import { renderRecord } from '../../../src/domain/record/record.ts'
import type { RunEvent } from '../../../src/domain/status.ts'
import { planFor } from '../../history/plan.ts'

const at = '2026-01-02T03:04:05.000Z'
const later = '2026-01-02T03:05:00.000Z'
const [ci, ann] = ['ci@example.com', 'ann@example.com']
const keyOfCi = `SHA256:${'C'.repeat(43)}`
const keyOfAnn = `SHA256:${'A'.repeat(43)}`

test('explain tells the fingerprint beside every name that a key has proven', async () => {
  await expect(explained(proven())).toMatchFileSnapshot('../golden/proven.explain.txt')
})

test('the record tells the same', async () => {
  await expect(renderRecord(proven())).toMatchFileSnapshot('../golden/proven.record.md')
})

test.each<[string, Partial<RunEvent>, Partial<Dossier>]>([
  ['said at another time', { at: later }, {}],
  ['said by another', { data: { name: 'abort', by: 'bob@example.com' } }, {}],
  ['another message', { data: { name: 'decide', by: ann } }, {}],
  ['no message of a person', { data: null }, {}],
  ['another kind of event', { kind: 'ignored' }, {}],
  ['proven by a worker that did not say with which key', {}, { proofs: [{ ...proofOfAbort(), key: null }] }],
])('no fingerprint stands beside what was %s', (_, change, more) => {
  const told = { ...proven(), events: [{ ...abortEvent(), ...change }], ...more }
  const { sections } = explain(told)
  const said = sections.find(({ title }) => title === 'Said by people')?.lines.join('\n') ?? ''
  expect(said).not.toContain('SHA256:')
  expect(renderRecord(told).split('## Timeline')[1]).not.toContain('SHA256:')
})

test('a name that holds what a replacement means is printed as it is', () => {
  const by = "$& $' ann"
  const event = { ...abortEvent(), text: `abort asked for by ${by} (ssh)`, data: { name: 'abort', by } }
  const { sections } = explain({ ...proven(), events: [event], proofs: [{ ...proofOfAbort(), by }] })
  expect(sections.flatMap(({ lines }) => lines)).toContain(`03:04:05Z  abort asked for by ${by} (${keyOfAnn})`)
})

function explained(dossier: Dossier): string {
  const { headline, sections } = explain(dossier)
  return `${[headline, ...sections.flatMap(({ title, lines }) => ['', title, ...lines.map((line) => `  ${line}`)])].join('\n')}\n`
}

function abortEvent(): RunEvent {
  const text = `abort asked for by ${ann} (ssh)`
  return { seq: 2, at, kind: 'message', text, data: { name: 'abort', by: ann, via: 'update' } }
}

function proofOfAbort() {
  return { seq: 3, action: 'abort', about: null, by: ann, key: keyOfAnn, signedAt: at, takenAt: at } as const
}

/** ci deploys, ann signs the review and then aborts. */
function proven(): Dossier {
  const plan = planFor()
  const signed = { state: 'passed', by: ann, claimed: false, via: 'update', at, note: 'read twice' } as const
  const approval = {
    item: 'approval',
    state: 'open',
    how: 'sign_off',
    detail: `1 of 2: ${ann}`,
    ...{ by: null, claimed: false, via: null, note: null, link: null, at: null },
    answers: [
      { provider: 'approval', ok: true, detail: 'read', by: ann, claimed: false, link: null, commit: null, at },
    ],
  } as const
  const items = itemsOfPlan(plan).map((item) => (item.item === 'pre.code_reviewed' ? { ...item, ...signed } : item))
  return {
    ...{ toldBy: 'history', open: false, deployment: '1.2.3-0011223344', kind: 'deployment' },
    ...{ service: plan.service, environment: plan.environment, release: plan.release },
    ...{ performer: ci, performerProven: true, planDigest: 'digest', plan },
    ...{ startedAt: at, finishedAt: later, phase: null, outcome: 'ABORTED' },
    reason: { kind: 'aborted', by: ann, claimed: false, reason: 'enough' },
    ...{ why: null, sentence: null, waitingFor: null, signOff: null, onCall: null, liveSince: null, marker: null },
    ...{ logEntry: null, ignored: [], changes: null, samples: [] },
    items: [...items, approval],
    proofs: [
      { seq: 1, action: 'start', about: 'deploy', by: ci, key: keyOfCi, signedAt: at, takenAt: at },
      { seq: 2, action: 'signOff', about: 'pre.code_reviewed', by: ann, key: keyOfAnn, signedAt: at, takenAt: at },
      proofOfAbort(),
      { seq: 4, action: 'signOff', about: 'approval', by: ann, key: keyOfAnn, signedAt: at, takenAt: at },
    ],
    events: [abortEvent()],
  }
}
