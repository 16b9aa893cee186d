import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { threeReleases } from '../../scenarios/releases.ts'
import { openWorld, type World } from '../../scenarios/world.ts'
import { eventually } from '../../support/eventually.ts'
import { shared } from '../../support/shared.ts'
import { terminalOf } from '../terminal.ts'
import { paper } from './paper.ts'

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
  expect(left).toMatch(
    /waits for sign-off: pre\.code_reviewed[\s\S]*SUCCESS: 1\.0\.0 is live[\s\S]*\n1\.0\.0 is live on production/,
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

const program = fileURLToPath(new URL('../../../src/cli/belay.ts', import.meta.url))
const wrapper = fileURLToPath(new URL('../../fixtures/in-terminal.py', import.meta.url))

async function inTerminal(world: World, ...args: string[]) {
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...surroundings } = process.env
  const env = {
    ...surroundings,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TEMPORAL_ADDRESS: await shared('temporal'),
    TEMPORAL_NAMESPACE: world.belay.namespace,
    BELAY_DATABASE_URL: world.historyUrl,
    BELAY_BY: 'ann@example.com',
  }
  const options = { cwd: world.repository, env, timeout: 90_000 }
  const child = spawn('python3', [wrapper, '100', '30', process.execPath, program, ...args], options)
  let raw = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
  })
  /** What stands on paper when everything was printed; colours are not read. */
  const screen = () => {
    const sheet = paper({ columns: 1_000, rows: 30 })
    sheet.write(raw.replace(/\x1b\[[\d;]*m/g, ''))
    return sheet.lines()
  }
  return {
    raw: () => raw,
    screen,
    order: (order: string) => void child.stdin.write(`${order}\n`),
    shows: (text: string) => eventually(text, () => screen().some((line) => line.includes(text)), 60_000),
    ended: once(child, 'close').then(([code]): number | null => code),
  }
}
