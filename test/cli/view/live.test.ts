import { expect, test } from 'vitest'
import { liveTeller } from '../../../src/cli/view/live.ts'
import type { RunEvent, RunStatus } from '../../../src/domain/status.ts'
import { paper } from './paper.ts'
import { atGate, atNoonMs, live, watching } from './statuses.ts'

test('the view is drawn again in place; above it the story stays, and afterwards only the story is left', () => {
  const screen = paper({ columns: 100, rows: 30 })
  const teller = liveTeller(screen, () => atNoonMs)
  teller.tell(look(atGate, [event(1, 'waits for sign-off: pre.code_reviewed')]))
  expect(screen.lines()[0]).toBe('14:00:01  message  waits for sign-off: pre.code_reviewed')
  expect(screen.lines().at(-1)).toBe('Next: belay sign production pre.code_reviewed')
  teller.tell(look(watching, [event(2, 'pre.code_reviewed: passed'), event(3, 'watching')]))
  teller.tell(look(watching, []))
  expect(screen.lines().filter((line) => line.includes('shop 1.5.0'))).toHaveLength(1)
  expect(
    screen
      .lines()
      .slice(0, 3)
      .map((line) => line.slice(19)),
  ).toEqual(['waits for sign-off: pre.code_reviewed', 'pre.code_reviewed: passed', 'watching'])
  teller.tell(look(live, [event(4, 'SUCCESS')]))
  teller.close()
  teller.close()
  expect(screen.lines().map((line) => line.slice(19))).toEqual([
    'waits for sign-off: pre.code_reviewed',
    'pre.code_reviewed: passed',
    'watching',
    'SUCCESS',
  ])
})

test('a terminal that becomes narrower, and wider again, keeps one view', () => {
  const screen = paper({ columns: 100, rows: 30 })
  const teller = liveTeller(screen, () => atNoonMs)
  teller.tell(look(watching, [event(1, 'watching')]))
  for (const columns of [60, 30, 120]) {
    screen.resize(columns)
    expect(screen.lines().filter((line) => line.includes('shop 1.5.0'))).toHaveLength(1)
    expect(screen.lines()[0]).toContain('14:00:01')
  }
  teller.close()
  expect(screen.lines()).toHaveLength(1)
})

test('a view is never higher than the terminal', () => {
  const screen = paper({ columns: 100, rows: 10 })
  const teller = liveTeller(screen, () => atNoonMs)
  teller.tell(look(watching, []))
  expect(screen.lines().length).toBeLessThan(10)
  teller.close()
})

function look(status: RunStatus, events: readonly RunEvent[]) {
  return { status, events, end: null }
}

function event(seq: number, text: string): RunEvent {
  return { seq, at: `2026-01-01T14:00:0${seq}.000Z`, kind: 'message', text, data: null }
}
