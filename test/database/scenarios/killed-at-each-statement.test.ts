import { expect, test } from 'vitest'
import { expectFinished, points, type Way } from './killed-sweep.ts'

// All of them, both ways, are in the longer lane. Here: where something stays behind that the next attempt must find.
const telling: readonly [point: string, way: Way][] = [
  ['003_c, at the commit', 'committed'],
  ['002_b, after drop index concurrently b_id', 'committed'],
  ['002_b, after drop table b', 'committed'],
  ['002_b, before its row goes', 'gone'],
  ['002_b, at the commit', 'committed'],
]

test.each(telling)(
  'a revert killed at %s (%s) is finished by the next attempt, and never one too many',
  async (point, way) => {
    expect(points).toContain(point)
    await expectFinished(points.indexOf(point) + 1, way)
  },
)
