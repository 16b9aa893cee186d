import { expect, test } from 'vitest'
import { endText } from '../../../src/domain/end/text.ts'
import type { Reason } from '../../../src/domain/reason.ts'

const plan = {
  service: 'shop',
  environment: 'production',
  deployment: '2.0.0-1',
  release: { version: '2.0.0', commit: 'c'.repeat(40) },
}

test.each([
  [
    'a usage text that begins with the complaint',
    ["Unknown option '--read-only'", 'Usage: server [options] <file>', '--help  Show this', '--version  Show that'],
    ["Unknown option '--read-only'"],
  ],
  [
    'a stack trace',
    ['node:internal/modules:1', 'throw err;', "Error: Cannot find module 'pg'", 'at Module.load (node:internal:2)'],
    ["Error: Cannot find module 'pg'"],
  ],
  [
    'several complaints',
    ['error: one is wrong', 'error: two is wrong', 'error: three is wrong', 'see the manual'],
    ['error: one is wrong', 'error: three is wrong'],
  ],
  ['no complaint at all', ['step 1', 'step 2', 'step 3'], ['step 2', 'step 3']],
])('of %s the end of a run tells the lines that help', (_, printed, told) => {
  const message = ['web: expected it to run, got its end with exit code 1', ...printed].join('\n')
  expect(linesOf({ kind: 'step_failed', step: 'startProcesses', host: 'app-1', message })).toEqual([
    '2.0.0 on production was rolled back to 1.0.0',
    'startProcesses on app-1 failed: web: expected it to run, got its end with exit code 1',
    ...told,
    'Next: belay explain 2.0.0-1; 2.0.0 is blocked until belay clear production 2.0.0',
  ])
})

test.each([
  [{ version: '1.2.0', commit: 'b'.repeat(40) }, '1.2.0 on production was rolled back to 1.0.0'],
  [null, 'production was rolled back to 1.0.0'],
])('a rollback by hand names the release it took off, %j, and never one that is not known', (rolledBack, headline) => {
  const asked = { ...plan, release: { version: 'unknown', commit: '0'.repeat(40) } }
  const live = { version: '1.0.0', commit: 'a'.repeat(40) }
  const text = endText(asked, { outcome: 'ROLLED_BACK', reason: null, release: live, live, rolledBack, undone: [] })
  expect(text.split('\n')[0]).toBe(headline)
  expect(text).not.toContain('unknown')
})

test('a rollback that could not begin is not told as a deployment', () => {
  const asked = { ...plan, release: { version: 'unknown', commit: '0'.repeat(40) } }
  const facts = { outcome: 'REFUSED', reason: null, live: null, rolledBack: null, undone: [] } as const
  expect(endText(asked, { ...facts, release: asked.release }).split('\n')).toEqual([
    'the rollback of production did not begin; nothing changed',
    'Next: belay status production',
  ])
})

test.each([
  [false, 'Next: belay rollback production brings the release before it back'],
  [
    true,
    'Next: nothing was live before it; belay rollback production --to nothing stops the service and leaves nothing',
  ],
])('the way back of a release that is live is one that there is (the first release: %s)', (first, next) => {
  const facts = { outcome: 'SUCCESS', reason: null, rolledBack: null, undone: [], first } as const
  const text = endText(plan, { ...facts, release: plan.release, live: plan.release })
  expect(text.split('\n')).toEqual(['2.0.0 is live on production', next])
})

function linesOf(reason: Reason): string[] {
  const live = { version: '1.0.0', commit: 'a'.repeat(40) }
  return endText(plan, {
    outcome: 'ROLLED_BACK',
    reason,
    release: plan.release,
    live,
    rolledBack: null,
    undone: [],
  }).split('\n')
}
