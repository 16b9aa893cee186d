import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { type Frame, renderView } from '../../../src/cli/view/render.ts'
import type { RunStatus } from '../../../src/domain/status.ts'
import { atGate, atNoonMs, goingBack, item, live, sample, statusWith, watching } from './statuses.ts'

const frame: Frame = { columns: 100, rows: 40, nowMs: atNoonMs, colour: false, unicode: true }

test('at the gate: what is asked, for how long, and what to type', () => {
  expect(drawn(atGate)).toMatchInlineSnapshot(`
    "
    shop 1.5.0 → production   1.5.0-4f0c9a1b2e by ci@example.com (claimed)
    ● gate  ○ restore points  ○ release  ○ verify  ○ watch  ○ recording
    hosts   ○ app-1  ○ app-2
    items   1 of 3 answered
            ● pre.tests_passing npm test
            ○ pre.code_reviewed waits for a person
    waits   sign-off of pre.code_reviewed (for 30 s)
    Next: belay sign production pre.code_reviewed
    "
  `)
})

test('while it is watched: bad checks and items first, who signed, the time that is left', () => {
  expect(drawn(watching)).toMatchInlineSnapshot(`
    "
    shop 1.5.0 → production   1.5.0-4f0c9a1b2e by ci@example.com (claimed)
    ✔ gate  ✔ restore points  ✔ release  ✔ verify  ● watch  ○ recording
    hosts   ✔ app-1  ✔ app-2
    checks  ✖ errors: failed, 0.079 (expected <= 0.01)
            ✔ health on app-1: status 200 (expected status 200)
            ✔ health on app-2: status 200 (expected status 200)
    items   2 of 4 answered
            ✖ post.metrics_normal errors: expected <= 0.01, got 0.079
            ○ post.user_facing_tested waits for a person
            ○ manual.payment_processing waits for a person
            ✔ pre.code_reviewed bob@example.com (claimed) read twice
    window  4 min 12 s left, until 14:04:42 UTC
    Next: belay sign production post.user_facing_tested manual.payment_processing
    "
  `)
})

test('on 40 columns nothing is wider, and what must be typed is wrapped, not cut', () => {
  const lines = renderView(watching, { ...frame, columns: 40 })
  expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    shop 1.5.0 → production
    1.5.0-4f0c9a1b2e by ci@example.com (cla…
    ✔✔✔✔●○ watch (5 of 6)
    hosts   ✔ app-1  ✔ app-2
    checks  ✖ errors: failed, 0.079 (expect…
            ✔ health on app-1: status 200 (…
            ✔ health on app-2: status 200 (…
    items   2 of 4 answered
            ✖ post.metrics_normal errors: e…
            ○ post.user_facing_tested waits…
            ○ manual.payment_processing wai…
            ✔ pre.code_reviewed bob@example…
    window  4 min 12 s left, until 14:04:42…
    Next: belay sign production
      post.user_facing_tested
      manual.payment_processing
    "
  `)
  const typed = lines.slice(lines.findIndex((line) => line.startsWith('Next: '))).map((line) => line.trim())
  expect(typed.join(' ')).toBe('Next: belay sign production post.user_facing_tested manual.payment_processing')
})

test('a rollback that waits for a decision shows the reason and the answers', () => {
  expect(drawn(goingBack)).toMatchInlineSnapshot(`
    "
    shop 1.5.0 → production   1.5.0-4f0c9a1b2e by ci@example.com (claimed)
    ✖ deployment  ● rollback  ○ recording
    why: errors: expected <= 0.01, got 0.079, 4 min 12 s into the window
    hosts   ○ app-1  ○ app-2
    waits   start 1.4.0 on app-1 failed: no such file (for 1 min)
    Next: belay decide production retry|skip|give_up --reason "..."
    "
  `)
})

test('at the end every phase is done and the outcome stands beside them; refused at the gate it came no further', () => {
  expect(drawn(live)).toMatchInlineSnapshot(`
    "
    shop 1.5.0 → production   1.5.0-4f0c9a1b2e by ci@example.com (claimed)
    ✔ gate  ✔ restore points  ✔ release  ✔ verify  ✔ watch  ✔ recording  SUCCESS
    hosts   ○ app-1  ○ app-2
    "
  `)
  expect(renderView(statusWith({ phase: 'finished', outcome: 'REFUSED' }), frame)[1]).toBe(
    '✔ gate  ✔ recording  REFUSED',
  )
})

test('what cannot be signed yet is only counted', () => {
  expect(drawn(statusWith({ items: watching.items }))).not.toContain('payment_processing')
})

test('too few rows: checks and items give way and say so; the headline and what to type stay', () => {
  const items = Array.from({ length: 30 }, (_, index) => item(`manual.number_${index}`))
  const lines = renderView({ ...watching, items }, { ...frame, rows: 12 })
  expect(lines).toHaveLength(12)
  expect(lines[0]).toContain('shop 1.5.0 → production')
  expect(lines.join('\n')).toMatch(/… \d+ more: belay status production/)
})

test('in colour the words are the same; a terminal without Unicode gets other signs', () => {
  const coloured = renderView(watching, { ...frame, colour: true })
  expect(coloured.map(stripVTControlCharacters)).toEqual(renderView(watching, frame))
  expect(coloured.join('')).toContain('\x1b[31m')
  expect(renderView(watching, frame).join('')).not.toContain('\x1b')
  expect(renderView(watching, { ...frame, unicode: false }).join('')).toMatch(/^[\x20-\x7e]*$/)
})

test('text from elsewhere moves no cursor and adds no line', () => {
  const foreign = 'ok\x1b[2J\n\rGOTCHA'
  const status = statusWith({
    phase: 'watch',
    why: foreign,
    performer: foreign,
    samples: [sample('health', null, { reason: { expected: foreign, got: foreign, evidence: [] } })],
    items: [item('manual.a', { state: 'passed', by: foreign, note: foreign })],
  })
  for (const line of renderView(status, frame)) expect(line).not.toMatch(/[\x00-\x1f]/)
})

test('a worker that has been away for long is told', () => {
  expect(renderView(watching, { ...frame, silentMs: 42_000 }).at(-1)).toContain('no worker has answered for 42 s')
  expect(renderView(watching, { ...frame, silentMs: 2_000 }).join()).not.toContain('no worker')
})

function drawn(status: RunStatus): string {
  return `\n${renderView(status, frame).join('\n')}\n`
}
