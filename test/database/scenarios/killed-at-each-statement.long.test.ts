import { test } from 'vitest'
import { expectFinished, points, type Way } from './killed-sweep.ts'

const ways: readonly Way[] = ['gone', 'committed']

const all = points.flatMap((point, index) => ways.map((way) => ({ point, at: index + 1, way })))

test.each(all)('a revert killed at $point ($way) is finished by the next attempt', async ({ at, way }) => {
  await expectFinished(at, way)
})
