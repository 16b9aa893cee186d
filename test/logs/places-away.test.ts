import { expect, test } from 'vitest'
import { type Reading, type ReadPiece, readPlaces } from '../../src/cli/read-logs.ts'
import { Unreachable } from '../../src/client/errors.ts'
import { maintenance } from '../../src/client/maintenance.ts'
import type { LogPiece } from '../../src/domain/log/piece.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'

const places = [{ host: 'app-1' }, { host: 'app-2' }]
const once: Reading = { deployment: 'd-1', name: 'web', lines: 10, follow: false, json: false }

test('a host that does not answer takes nothing from the others; when none does it is a failure', async () => {
  const { shell, printed, said } = openShell()
  const read: ReadPiece = async ({ host }) => {
    if (host === 'app-1') throw away()
    return piece('two\n')
  }
  expect(await readPlaces(shell, places, once, read)).toBe(0)
  expect(printed).toEqual(['app-2 | two'])
  expect(said).toEqual([expect.stringMatching(/^app-1: the agent does not answer/)])
  await expect(readPlaces(shell, places, once, () => Promise.reject(away()))).rejects.toThrow(Unreachable)
})

test('the last lines are said to be that, where others may stand above them', async () => {
  const { shell, printed, said } = openShell()
  const read: ReadPiece = async () => piece('one\ntwo\n')
  expect(await readPlaces(shell, [{ host: 'app-1' }], { ...once, lines: 2 }, read)).toBe(0)
  expect(said).toEqual(['the last 2 lines; what may stand above them: --limit 20'])
  expect(await readPlaces(shell, [{ host: 'app-1' }], { ...once, lines: 3 }, read)).toBe(0)
  expect(await readPlaces(shell, [{ host: 'app-1' }], { ...once, lines: 2, json: true }, read)).toBe(0)
  expect(printed.slice(0, 4)).toEqual(['one', 'two', 'one', 'two'])
  expect(said).toHaveLength(2)
})

test('following goes on when an agent is back, saying once that it waits; what is no outage ends it', async () => {
  const { shell, printed, said } = openShell()
  const answers = [() => piece('one\n', false), fail, fail, () => piece('two\n')]
  const read: ReadPiece = async () => answers.shift()?.() ?? piece('')
  expect(await readPlaces(shell, [{ host: 'app-1' }], { ...once, follow: true }, read)).toBe(0)
  expect(printed).toEqual(['one', 'two'])
  expect(said).toEqual([expect.stringMatching(/^app-1: no answer; waiting/), 'app-1: answers again'])
  const broken = () => Promise.reject(new Error('expected a regular file'))
  await expect(readPlaces(shell, places, { ...once, follow: true }, broken)).rejects.toThrow('expected a regular file')
})

test('a list names the hosts that nobody serves, with what the others have', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plan = { ...world.plan('1.0.0'), hosts: ['local', 'away'] }
  const of = { deployment: plan.deployment, planDigests: [] }
  const read = { name: 'web', cursor: null, lines: 1, waitMs: 0, host: 'away' }
  const [lists] = await Promise.all([
    maintenance(world.belay).listLogs(plan, of),
    expect(maintenance(world.belay).readLog(plan, of, read)).rejects.toThrow(Unreachable),
  ])
  expect(lists.map(({ host, missing }) => [host, missing])).toEqual([
    [null, null],
    ['local', null],
    ['away', 'no answer'],
  ])
}, 120_000)

function openShell() {
  const [printed, said]: [string[], string[]] = [[], []]
  const shell = {
    environment: {},
    directory: '/',
    print: (line: string) => void printed.push(line),
    say: (line: string) => void said.push(line),
    now: () => new Date(),
    interrupted: () => new Promise<void>(() => undefined),
    leaving: () => undefined,
    annotate: () => undefined,
    terminal: false,
  }
  return { shell, printed, said }
}

function piece(text: string, ended = true): LogPiece {
  return { text, cursor: { file: '1:1', offset: 0 }, more: false, ended, note: null }
}

const away = () => new Unreachable('the agent', 'its task queue', 'start it')

function fail(): LogPiece {
  throw away()
}
