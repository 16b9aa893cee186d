import { expect, test } from 'vitest'
import { type Facts, outputsOf } from '../../../src/cli/ci/facts.ts'
import { dotenv, githubOutput } from '../../../src/cli/ci/files.ts'
import { renderSummary, summaryBytes } from '../../../src/cli/ci/summary.ts'
import type { RunEnd } from '../../../src/domain/end/run-end.ts'
import { atGate, item, live, sample, statusWith, watching } from '../view/statuses.ts'

const release = live.release
const success: RunEnd = {
  deployment: live.deployment,
  startedAs: 'deployment',
  outcome: 'SUCCESS',
  reason: null,
  live: release,
  undone: [],
  sentence: '1.5.0 is live on production\nNext: belay rollback production brings the release before it back',
}
const rolledBack: RunEnd = {
  ...success,
  outcome: 'ROLLED_BACK',
  live: { version: '1.4.0', commit: 'a'.repeat(40) },
  sentence: [
    '1.5.0 on production was rolled back to 1.4.0',
    'errors: expected <= 0.01, got 0.079, 4 min 12 s into the window',
    'Next: belay history 1.5.0-4f0c9a1b2e; 1.5.0 is blocked until belay clear production 1.5.0',
  ].join('\n'),
}
const facts: Facts = {
  deployment: live.deployment,
  status: { ...watching, phase: 'finished', outcome: 'ROLLED_BACK' },
  end: rolledBack,
  code: 11,
  logEntry: '[2026-01-01 14:05:00] DEPLOYMENT\nVersion: 1.5.0\n',
  runUrl: 'https://temporal.example.com/namespaces/default/workflows/deploy%3Ashop%3Aproduction/r/history',
}

test('the summary: outcome, why, what next, then items, checks and the log entry', () => {
  expect(`\n${renderSummary(facts)}`).toMatchInlineSnapshot(`
    "
    ## ❌ 1.5.0 on production was rolled back to 1.4.0

    - errors: expected \\<= 0.01, got 0.079, 4 min 12 s into the window

    **Next:** belay history 1.5.0-4f0c9a1b2e; 1.5.0 is blocked until belay clear production 1.5.0

    |  |  |
    | --- | --- |
    | deployment | 1.5.0-4f0c9a1b2e |
    | service | shop |
    | environment | production |
    | commit | 4f0c9a1b2e4f0c9a1b2e4f0c9a1b2e4f0c9a1b2e |
    | by | ci\\@example.com (claimed) |

    [The run in the Temporal UI](<https://temporal.example.com/namespaces/default/workflows/deploy%3Ashop%3Aproduction/r/history>)

    ### Checklist

    | item | state | by | note |
    | --- | --- | --- | --- |
    | pre.code\\_reviewed | passed | bob\\@example.com (claimed) | read twice |
    | post.metrics\\_normal | failed | check | errors: expected \\<= 0.01, got 0.079 |
    | post.user\\_facing\\_tested | open | sign\\_off |  |
    | manual.payment\\_processing | open | sign\\_off |  |

    ### Checks, as last seen

    | check | host | verdict | got | expected | at |
    | --- | --- | --- | --- | --- | --- |
    | errors |  | failed | 0.079 | \\<= 0.01 | 2026-01-01T14:00:00.000Z |
    | health | app-1 | passed | status 200 | status 200 | 2026-01-01T14:00:00.000Z |
    | health | app-2 | passed | status 200 | status 200 | 2026-01-01T14:00:00.000Z |

    ### Deployment log

    \`\`\`text
    [2026-01-01 14:05:00] DEPLOYMENT
    Version: 1.5.0
    \`\`\`
    "
  `)
})

test('of a good end, and of a run that still runs, it says as much', () => {
  const good = renderSummary({ ...facts, status: live, end: success, code: 0, logEntry: null, runUrl: null })
  expect(good).toMatch(/^## ✅ 1\.5\.0 is live on production\n\n\*\*Next:\*\* belay rollback production/)
  const open = renderSummary({ ...facts, status: atGate, end: null, code: 20, logEntry: null })
  expect(open).toContain('## ⏳ 1.5.0 on production: still running, in phase gate')
  expect(open).toContain('**Next:** belay watch production')
  expect(renderSummary({ ...facts, status: null, end: null, code: 20 })).toContain('nobody takes 1.5.0-4f0c9a1b2e')
})

test('text from elsewhere stays text: no markup, link, mention, image, column or fence gets through', () => {
  const foreign =
    '| x | <img src=x onerror=y> [go](https://evil.example) @everyone `a` ![i](j)\n# head\n```\n::error::x'
  const hostile = statusWith({
    performer: foreign,
    items: [item('manual.a', { state: 'passed', by: foreign, note: foreign })],
    samples: [sample('health', foreign, { reason: { expected: foreign, got: foreign, evidence: [] } })],
  })
  const text = renderSummary({
    ...facts,
    status: hostile,
    end: { ...rolledBack, sentence: foreign },
    logEntry: foreign,
  })
  const [before = '', fence] = text.split('### Deployment log')
  const foreignParts = before.replace(/^\[The run in .*$/m, '')
  expect(foreignParts).not.toMatch(/(^|[^\\])[<`[@!]|https:\/\/evil/m)
  expect(before.match(/^#+ .*$/gm)).toHaveLength(3)
  const columns = before.split('\n').filter((line) => line.startsWith('| manual.a'))
  expect(columns.map((line) => line.split(/(?<!\\)\|/).length)).toEqual([6])
  expect(fence).toMatch(/^\n\n````text\n[\s\S]*\n````\n$/)
})

test('a summary that would be too long ends at a line and says so', () => {
  const items = Array.from({ length: 20_000 }, (_, index) => item(`manual.number_${index}`))
  const text = renderSummary({ ...facts, status: { ...watching, items } })
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryBytes)
  expect(text).toMatch(/\|\n\n\*Cut here; everything: `belay history`\*\n$/)
})

test('outputs name what later steps ask for', () => {
  expect(outputsOf(facts)).toEqual({
    deployment: '1.5.0-4f0c9a1b2e',
    outcome: 'ROLLED_BACK',
    version: '1.5.0',
    live: '1.4.0',
    exit_code: '11',
    run_url: facts.runUrl,
  })
  expect(outputsOf({ ...facts, end: null, status: null }).outcome).toBe('RUNNING')
})

test('a value of several lines cannot set another output', () => {
  expect(githubOutput({ a: 'x\nb=evil', c: '' }, 'END')).toBe('a<<END\nx\nb=evil\nEND\nc<<END\n\nEND\n')
  const [one, two] = [githubOutput({ a: 'x' }), githubOutput({ a: 'x' })]
  expect(one).not.toBe(two)
})

test('a dotenv report has one line a value, none empty', () => {
  expect(dotenv({ outcome: 'REFUSED', live: '', version: '1.0\nEVIL=1' })).toBe(
    'BELAY_OUTCOME=REFUSED\nBELAY_VERSION=1.0 EVIL=1\n',
  )
  expect(dotenv({ a: 'x'.repeat(9_000) }).length).toBeLessThan(600)
})
