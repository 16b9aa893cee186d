import { expect, test } from 'vitest'
import { threeReleases } from '../../scenarios/releases.ts'
import { openWorld } from '../../scenarios/world.ts'
import { terminalOf } from '../terminal.ts'
import { inTerminal } from './in-terminal.ts'

test('in a real terminal the view is drawn in place, follows its size, and leaves the story in the scrollback', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  const terminal = await inTerminal(world, 'deploy', '1.0.0', '--env', 'production')
  await terminal.shows('Next: belay sign production pre.code_reviewed')
  expect(terminal.screen().filter((line) => line.includes('fixture 1.0.0 → production'))).toHaveLength(1)
  expect(terminal.raw()).toContain('\x1b[1m')
  terminal.order('resize 60 20')
  await belay('sign', 'production', 'code_reviewed')
  await terminal.shows('manual.payment_processing')
  await belay('sign', 'production', 'user_facing_tested', 'payment_processing')
  expect(await terminal.ended).toBe(0)
  const left = terminal.screen().join('\n')
  // The paper does not flow its lines anew, as a terminal does: what stood right above the view may be gone at a resize.
  expect(terminal.raw()).toContain('waits for sign-off: pre.code_reviewed')
  expect(left).toMatch(
    /pre\.marker_prepared: passed[\s\S]*SUCCESS: 1\.0\.0 is live[\s\S]*\n1\.0\.0 is live on production/,
  )
  expect(left).not.toContain('fixture 1.0.0 → production')

  const leaving = await inTerminal(world, 'deploy', '1.1.0', '--env', 'production')
  await leaving.shows('Next: belay sign production pre.code_reviewed')
  leaving.order('interrupt')
  expect(await leaving.ended).toBe(130)
  expect(leaving.screen().at(-1)).toContain('belay watch production, or belay status production')
  expect(leaving.screen().join('\n')).not.toContain('fixture 1.1.0 → production')
  const plain = await inTerminal(world, 'watch', 'production', '--json')
  await plain.shows('Next: belay sign production')
  expect(plain.raw()).not.toContain('\x1b')
  plain.order('interrupt')
  expect(await plain.ended).toBe(130)
})
