import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sample } from '../../src/domain/check.ts'
import {
  duringItems,
  type ItemRecord,
  postItems,
  preItems,
  runbookManualItems,
  verificationSteps,
} from '../../src/domain/checklist.ts'
import type { Dossier } from '../../src/domain/dossier/dossier.ts'
import { explain } from '../../src/domain/dossier/explain.ts'
import { nextAfter } from '../../src/domain/dossier/next.ts'
import { itemsOfPlan } from '../../src/domain/plan-items.ts'
import type { Reason } from '../../src/domain/reason.ts'
import { renderRecord } from '../../src/domain/record/record.ts'
import { itemTitle, stepTitle } from '../../src/domain/runbook-words.ts'
import type { RunEvent } from '../../src/domain/status.ts'
import { planFor } from '../history/plan.ts'

const at = '2026-01-02T03:04:05.000Z'
const hostile = 'eve\n# Forged\n- [x] all good | x |`<img>` \u202e[link](http://x)'

test('every title is the line of the runbook', async () => {
  const runbook = await readFile(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')
  const items = Object.entries({ pre: preItems, during: duringItems, post: postItems, manual: runbookManualItems })
  const titles = items.flatMap(([section, ids]) => ids.map((id) => [`${section}.${id}`, itemTitle(`${section}.${id}`)]))
  const steps = verificationSteps.map((step) => [`verification.${step}`, stepTitle(step)])
  const lines = [...titles, ...steps].map(([id, title]) => `| ${title} | \`${id}\` |`)
  expect(lines.filter((line) => !runbook.includes(line))).toEqual([])
})

test('foreign text stays text in a record: no heading, no tick, no column, no markup, no control character', () => {
  const signed = { state: 'passed', by: hostile, claimed: true, via: 'update', note: hostile, at } as const
  const record = renderRecord({
    ...dossier({ kind: 'rejected', item: 'manual.payment', by: hostile, reason: hostile }),
    performer: hostile,
    marker: {
      version: '1.2.3',
      timestamp: at,
      commit: 'c',
      environment: 'production',
      deployed_by: `${hostile}\n\`\`\``,
    },
    items: itemsOfPlan(planFor()).map((item) => ({ ...item, ...signed })),
    changes: null,
    ignored: [{ rule: 'short_window', reason: hostile, by: hostile }],
    events: [event(1, 'message', hostile)],
    logEntry: `[x]\n\`\`\`\nnot a heading`,
  })
  expect(record).not.toMatch(/^# Forged|^- \[x\] all good/m)
  expect(record.match(/```/g)).toHaveLength(4)
  // Inside a block nothing is markup.
  expect(record.replace(/```[\s\S]*?```/g, '')).not.toMatch(/[^\\]<img>|`/)
  expect(record).not.toMatch(/[\u202e\u001b]/)
  expect(record).toContain(String.raw`\[x] all good \| x \|'\<img>'`)
})

test('a fingerprint stands beside a name that its key has proven in that moment, and beside no other', () => {
  const [ann, key] = ['ann@example.com', `SHA256:${'A'.repeat(43)}`]
  const signed = { item: 'pre.code_reviewed', state: 'passed', by: ann, claimed: false, via: 'update', at } as const
  const taken = { seq: 1, action: 'signOff', about: signed.item, by: ann, key, signedAt: at, takenAt: at } as const
  const reason = { kind: 'rejected', item: 'manual.payment', by: ann, reason: 'dear' } as const
  const of = (change: Partial<ItemRecord>) => {
    const items = itemsOfPlan(planFor()).map((item) =>
      item.item === signed.item ? { ...item, ...signed, ...change } : item,
    )
    return renderRecord({ ...dossier(reason), items, proofs: [taken] })
  }
  expect(of({})).toContain(`by ${ann} (${key}) at `)
  expect(of({})).toContain(`| 2026-01-02 03:04:05Z | ${ann} | ${key} | signOff pre.code_reviewed |`)
  for (const other of [{ by: 'bob@example.com' }, { at: '2026-01-02T03:04:06.000Z' }, { claimed: true }]) {
    expect(of(other)).not.toContain(`(${key})`)
  }
  expect(renderRecord(dossier(reason))).not.toContain('## Signatures')
})

describe('a run explains itself', () => {
  test('by the samples before the turn, and never by those of the release that came back', () => {
    const failing = [sample('04', 'passed'), sample('05', 'failed'), sample('06', 'failed')]
    const { sections } = explain({
      ...dossier({ kind: 'fell_ill', check: 'errors', samples: [sample('06', 'failed')], afterMs: 60_000 }),
      samples: [...failing, sample('59', 'passed'), { ...sample('05', 'failed'), check: 'other' }],
      events: [event(1, 'phase', 'rolling back', { phase: 'rollback' }, '2026-01-02T03:04:07.000Z')],
    })
    expect(linesOf(sections, 'Evidence')).toEqual([
      '03:04:04Z  passed       errors on app-1: expected <= 0.01, got 0.079',
      '03:04:05Z  failed       errors on app-1: expected <= 0.01, got 0.079',
      '03:04:06Z  failed       errors on app-1: expected <= 0.01, got 0.079',
    ])
  })

  test('by the end of what its command printed, and names the command that shows all of it', () => {
    const message = [
      'build on app-1: expected exit 0, got exit 1',
      ...Array.from({ length: 40 }, (_, n) => `line ${n}`),
    ]
    const failed = dossier({ kind: 'step_failed', step: 'build', host: 'app-1', message: message.join('\n') })
    const { sections } = explain(failed)
    expect(linesOf(sections, 'Evidence').at(-1)).toBe('line 39')
    expect(linesOf(sections, 'Evidence').length).toBeLessThanOrEqual(20)
    expect(nextAfter({ ...failed, outcome: 'REFUSED' })).toContain('belay logs 1.2.3-0011223344 build')
  })

  test('with what was kept, what it would have cost, and what a second try mended', () => {
    const losses = [{ migration: '001', object: 'users.mail', rows: 3, why: 'value written' }]
    const { sections } = explain({
      ...dossier({ kind: 'aborted', by: 'ann', reason: 'no' }),
      events: [
        event(1, 'phase', 'rolling back', { phase: 'rollback' }),
        event(2, 'failure', 'verify failed: no answer', { step: 'verify', state: 'failed' }),
        event(3, 'step', 'verify: 2 checks passed', { step: 'verify', state: 'done' }),
        event(4, 'step', 'revert: schema kept (on_rollback: keep)', {
          step: 'revert',
          state: 'done',
          schema: { losses },
        }),
        event(5, 'failure', 'stability failed: ill', { step: 'stability', state: 'failed' }),
      ],
    })
    expect(linesOf(sections, 'Undone').map(words)).toEqual(['verify 2 checks passed'])
    expect(linesOf(sections, 'Not undone').map(words)).toEqual([
      'revert schema kept (on_rollback: keep)',
      ' would have been lost: users.mail: 3 rows (value written)',
      'stability ill',
    ])
  })
})

function words(line: string): string {
  return line.replace(/ +/g, ' ')
}

function linesOf(sections: ReturnType<typeof explain>['sections'], title: string): readonly string[] {
  return sections.find((section) => section.title === title)?.lines ?? []
}

function sample(second: string, verdict: Sample['verdict']): Sample {
  const reason = { expected: '<= 0.01', got: '0.079', evidence: [] }
  return { check: 'errors', host: 'app-1', verdict, reason, at: `2026-01-02T03:04:${second}.000Z`, tookMs: 5 }
}

function event(seq: number, kind: RunEvent['kind'], text: string, data: RunEvent['data'] = null, when = at): RunEvent {
  return { seq, at: when, kind, text, data }
}

function dossier(reason: Reason): Dossier {
  const plan = planFor()
  return {
    toldBy: 'history',
    open: false,
    deployment: '1.2.3-0011223344',
    kind: 'deployment',
    service: plan.service,
    environment: plan.environment,
    release: plan.release,
    performer: 'ci@example.com',
    planDigest: plan.digest,
    plan,
    startedAt: at,
    finishedAt: '2026-01-02T03:05:00.000Z',
    phase: null,
    outcome: 'ROLLED_BACK',
    reason,
    why: null,
    sentence: null,
    waitingFor: null,
    signOff: null,
    onCall: null,
    liveSince: null,
    marker: null,
    logEntry: null,
    ignored: [],
    changes: null,
    items: itemsOfPlan(plan),
    proofs: [],
    events: [],
    samples: [],
  }
}
