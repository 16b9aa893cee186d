import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { planOfText } from '../../src/init/written-plan.ts'
import { eventually } from '../support/eventually.ts'
import { emptyRepository, placeOf, written } from './place.ts'

const enter = '\r'
const controlC = '\u0003'
/** Takes everything on the line away, also what was proposed. */
const controlU = '\u0015'

test('four questions are asked, each with what was found, and Enter takes it', async () => {
  const place = await placeOf('node-web')
  const terminal = atTerminal(place)
  for (const [question, proposed] of [
    ['What is the service called?', 'notes'],
    ['How is it started?', 'node server.js'],
    ['Which address says that it is healthy?', 'http://localhost:3000/healthz'],
    ['Where does it live on its host?', '/srv/notes'],
  ]) {
    await terminal.shows(question ?? '')
    await terminal.shows(proposed ?? '')
    terminal.press(enter)
  }
  expect(await terminal.ended).toBe(0)
  expect(await written(place)).toContain('directory: /srv/notes')
})

test('what is typed is checked at once, asked again, and taken', async () => {
  const place = await emptyRepository()
  const terminal = atTerminal(place, '--service', 'odd', '--health', 'none', '--directory', '/srv/odd')
  await terminal.shows('How is it started?')
  terminal.press(`node a.js && b${enter}`)
  await terminal.shows("got a shell's &")
  terminal.press(`${controlU}node a.js 'b c'${enter}`)
  expect(await terminal.ended).toBe(0)
  const plan = planOfText(await written(place), join(place, 'belay.yaml'), 'test')
  expect(plan.layout.processes[0]?.run).toMatchObject({ command: ['node', 'a.js', 'b c'] })
})

test.for([0, 2])('Ctrl-C after %i answers leaves nothing behind, and says so', async (answered) => {
  const place = await placeOf('node-web')
  const before = (await readdir(place)).sort()
  const terminal = atTerminal(place)
  for (const question of ['What is the service called?', 'How is it started?'].slice(0, answered)) {
    await terminal.shows(question)
    terminal.press(enter)
  }
  await terminal.shows(answered === 0 ? 'What is the service called?' : 'Which address')
  terminal.press(controlC)
  expect(await terminal.ended).toBe(130)
  await terminal.shows('cancelled; nothing was written')
  expect((await readdir(place)).sort()).toEqual(before)
})

const program = fileURLToPath(new URL('../../src/cli/belay.ts', import.meta.url))

/** `belay init` in a pseudo terminal: `script` hands on what is pressed, and shows what the command shows. */
function atTerminal(place: string, ...flags: readonly string[]) {
  const words = [process.execPath, program, 'init', ...flags].map((word) => `'${word}'`)
  const command = `stty columns 200 rows 40 && exec ${words.join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: place,
    env: { ...process.env, TERM: 'xterm' },
    timeout: 60_000,
  })
  onTestFinished(() => void child.kill())
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
  })
  const shows = async (text: string): Promise<void> => {
    await eventually(text, () => plain(screen).includes(text)).catch((cause: unknown) => {
      throw new Error(`expected "${text}" on the screen, got\n${plain(screen)}`, { cause })
    })
  }
  return {
    shows,
    press: (keys: string) => void child.stdin.write(keys),
    ended: once(child, 'close').then(([code]) => Number(code)),
  }
}

/** Without colours and movements of the cursor, which clack puts around single characters. */
function plain(screen: string): string {
  return screen.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
}
