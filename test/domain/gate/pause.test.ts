import { expect, it } from 'vitest'
import { pauseMs } from '../../../src/domain/gate/pause.ts'

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

it('asks soon at first, every five minutes for two hours, and every hour after a day', () => {
  expect(pauseMs(0, dayMs)).toBe(30_000)
  expect(pauseMs(minuteMs, dayMs)).toBe(minuteMs)
  expect(pauseMs(10 * minuteMs, dayMs)).toBe(5 * minuteMs)
  expect(pauseMs(2 * hourMs, dayMs)).toBe(5 * minuteMs)
  expect(pauseMs(12 * hourMs, dayMs)).toBe(30 * minuteMs)
  expect(pauseMs(5 * dayMs, 30 * dayMs)).toBe(hourMs)
})

it('a short gate is asked a few times all the same', () => {
  expect(roundsIn(20_000)).toBeGreaterThanOrEqual(4)
  expect(roundsIn(2_000)).toBe(2)
})

it('thirty days of it, with six providers at once, stay well below the events that a history may have', () => {
  const rounds = roundsIn(30 * dayMs)
  expect(rounds).toBeLessThan(800)
  expect(rounds * (5 + 6 * 6)).toBeLessThan(51_200 * 0.7)
})

function roundsIn(withinMs: number): number {
  let rounds = 0
  for (let waitedMs = 0; waitedMs < withinMs; rounds += 1) waitedMs += pauseMs(waitedMs, withinMs)
  return rounds
}
