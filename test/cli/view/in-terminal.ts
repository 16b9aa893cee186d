import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { World } from '../../scenarios/world.ts'
import { eventually } from '../../support/eventually.ts'
import { shared } from '../../support/shared.ts'
import { paper } from './paper.ts'

const program = fileURLToPath(new URL('../../../src/cli/belay.ts', import.meta.url))
const wrapper = fileURLToPath(new URL('../../fixtures/in-terminal.py', import.meta.url))

/** The real command line in a real terminal: what it draws can be read, and somebody sits in front of it. */
export async function inTerminal(world: World, ...args: string[]) {
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
  /** What stands on paper when everything was printed; colours, and where a question puts its cursor, are not read. */
  const screen = () => {
    const sheet = paper({ columns: 1_000, rows: 30 })
    sheet.write(raw.replace(/\x1b\[(?:[\d;]*m|\d+G|0J)/g, ''))
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
