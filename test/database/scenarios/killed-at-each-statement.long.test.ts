import { expect, test } from 'vitest'
import { killedAt, points, type Way } from './killed-sweep.ts'

const ways: readonly Way[] = ['gone', 'committed']

const all = points.flatMap((point, index) => ways.map((way) => ({ point, at: index + 1, way })))

test.each(all)('a revert killed at $point ($way) is finished by the next attempt', async ({ at, way }) => {
  const killed = await killedAt(at, way)
  try {
    expect(await killed.again()).toMatchObject({ losses: [], failure: null })
    expect(await killed.isBack()).toBe(true)
    expect(await killed.again()).toMatchObject({ losses: [], failure: null })
    expect(await killed.isBack()).toBe(true)
  } finally {
    await killed.stop()
  }
})
