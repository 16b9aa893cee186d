import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'
import type { Session } from './terminal.ts'

const canary = 'executed-by-accident'
const password = 'hunter2-and-more'
const production = ['--env', 'production']
const freeze = ['freeze', 'production', '--reason', 'x']

let desk: Desk
let worker: Session

beforeAll(async () => {
  desk = await openDesk()
  worker = desk.start('worker', '--host', 'local')
  await worker.said('belay worker ready')
})
afterAll(async () => {
  worker?.interrupt()
  expect(await worker?.ended).toMatchObject({ code: 0 })
  await desk?.close()
})

describe('what cannot be meant', () => {
  test.for<[string, string[], string]>([
    ['an unknown environment', ['deploy', '1.0.0', '--env', 'prodution'], 'expected one of production'],
    [
      'an environment with an escape',
      ['deploy', '1.0.0', '--env', '\u001b[31mproduction'],
      'expected one of production',
    ],
    ['an unknown environment of status', ['status', 'staging'], 'expected one of production'],
    ['a version without a tag', ['deploy', '9.9.9', ...production], 'Known versions: 1.2.0, 1.1.0, 1.0.0'],
    ['a commit without a version', ['deploy', 'a'.repeat(40), ...production], 'Next: belay deploy'],
    [
      'a commit that is not there',
      ['deploy', 'a'.repeat(40), '--version', '2.0.0', ...production],
      'found none; push it',
    ],
    ['a shortened commit', ['deploy', 'abcdef12', '--version', '2.0.0', ...production], 'all 40 digits'],
    [
      'a rule that nobody can ignore',
      ['deploy', '1.0.0', ...production, '--ignore', 'lock', '--reason', 'for this test'],
      '--ignore: expected a rule that can be ignored, got lock (whoever holds the environment has a reason: belay status production',
    ],
    [
      'a rule that is none',
      ['deploy', '1.0.0', ...production, '--ignore', 'peak_hour', '--reason', 'for this test'],
      'got "peak_hour" (did you mean peak_hours?)',
    ],
    ['no reason', ['abort', 'production'], 'Next: belay help abort'],
    ['HEAD', ['deploy', 'HEAD', '--version', '2.0.0', ...production], 'HEAD'],
    [
      'a ref like an option',
      ['deploy', '--version', '2.0.0', ...production, '--', `--upload-pack=touch ${canary}`],
      'no leading "-"',
    ],
    ['a version like an option', ['deploy', ...production, '--', '-rf'], 'no leading "-"'],
    ['an option that does not exist', ['deploy', '-rf', ...production], "unknown option '-rf'"],
    ['a command in a version', ['deploy', `1.2.3; touch ${canary}`, ...production], 'expected letters, digits'],
    ['a substitution', ['deploy', `$(touch ${canary})`, ...production], 'expected letters, digits'],
    ['a newline', ['deploy', `1.0.0\ntouch ${canary}`, ...production], 'no control characters'],
    ['an escape', ['deploy', '1.0.0\u001b[2J', ...production], 'no control characters'],
    ['300 characters', ['deploy', '1'.repeat(300), ...production], 'at most 64 characters, got 300'],
    ['a reversed version', ['deploy', '1.0.0\u202e', ...production], 'expected ASCII only'],
    ['a path', ['deploy', '../1.0.0', ...production], 'expected letters, digits'],
    [
      'a substitution as the target',
      ['rollback', 'production', '--to', `$(touch ${canary})`],
      '--to: version: expected',
    ],
    ['half a rollback', ['rollback', 'production', '--only', 'code'], 'expected database or configuration'],
    ['a cleared substitution', ['clear', 'production', '`id`', '--reason', 'x'], 'expected letters, digits'],
    ['a reversed name', ['deploy', '1.0.0', ...production, '--by', 'ann\u202e'], 'a name on one line'],
    [
      'an unknown item of evidence',
      ['deploy', '1.0.0', ...production, '--evidence', 'vibes=https://x'],
      'code_reviewed',
    ],
    ['an ignored rule without a reason', ['deploy', '1.0.0', ...production, '--ignore', 'short_window'], '--reason'],
    ['an empty reason', ['abort', 'production', '--reason', ' '], '--reason: expected a text'],
    ['a duration that is none', ['extend', 'production', 'long', '--reason', 'x'], 'a duration like 10m'],
    ['a lock into the past', ['lock', 'production', '--reason', 'x', '--until', '2020-01-01T00:00Z'], 'a time to come'],
    [
      'a lock until a day of no zone',
      ['lock', 'production', '--reason', 'x', '--until', '2099-01-01'],
      'with its zone',
    ],
    ['a freeze into the past', [...freeze, '--until', '2020-01-01T00:00Z'], 'a time to come'],
    ['a freeze from the past', [...freeze, '--from', '2020-01-01T00:00Z'], '--from: expected a time to come'],
    [
      'a freeze that ends before it begins',
      [...freeze, '--from', '2099-01-02T00:00Z', '--until', '2099-01-01T00:00Z'],
      '--until: expected a time after --from (2099-01-02T00:00Z), got 2099-01-01T00:00Z',
    ],
    ['a freeze until a wall clock of nowhere', [...freeze, '--until', '2099-01-01T00:00'], 'with its zone'],
    ['a freeze until a day that is none', [...freeze, '--until', '2099-02-30T00:00Z'], 'with its zone'],
    ['a freeze until an hour that is none', [...freeze, '--until', '2099-02-20T25:00Z'], 'with its zone'],
    ['a freeze until some day', [...freeze, '--until', 'friday'], 'or a duration like 2h, got "friday"'],
    ['a freeze of no time', [...freeze, '--until', '0s'], 'above zero'],
    ['a freeze for longer than anybody', [...freeze, '--until', '999999999999d'], 'at most 3650d'],
    ['a freeze without a reason', ['freeze', 'production', '--until', '2h'], '--reason'],
    [
      'a marker of a short commit',
      ['marker', 'create', 'production', '--version', '1.0.0', '--commit', 'abc'],
      '40 digits',
    ],
    ['an unknown marker command', ['marker', 'erase', 'production'], 'expected create, verify or show'],
    ['no lines of history', ['history', '--limit', 'many'], '--limit: expected a number'],
    ['an unknown command', ['deplyo', '1.0.0'], 'Did you mean deploy?'],
    ['no command', [], 'Usage: belay'],
    ['another file', ['validate', '--config', 'nowhere.yaml'], 'name one with --config'],
  ])('%s: exit 2, no workflow, nothing executed', async ([, args, said]) => {
    await expectRefused(args, said)
  })

  test('a tag that stands elsewhere: exit 2 with both places', async () => {
    const [tagged, asked] = [desk.commits.get('1.0.0') ?? '', desk.commits.get('1.1.0') ?? '']
    const answer = await expectRefused(['deploy', asked, '--version', '1.0.0', ...production], 'v1.0.0')
    expect(answer).toContain(tagged.slice(0, 7))
  })

  test('NUL does not even reach a command', () => {
    expect(() => desk.start('deploy', '1.0.0\0', ...production)).toThrow(/null bytes/)
  })
})

describe('a repository address', () => {
  test.for([
    ['a transport helper', { url: `ext::sh -c "touch ${canary}"` }],
    ['a password', { url: `https://ann:${password}@git.example.com/shop.git` }],
    ['a token', { url: `https://${password}@git.example.com/shop.git` }],
    ['a password for ssh', { url: `ssh://git:${password}@git.example.com/shop.git` }],
    ['an option', { url: `-oProxyCommand=touch ${canary}` }],
    ['an option as the host', { url: `ssh://-oProxyCommand=touch ${canary}/shop.git` }],
    ['a file', { url: 'file:///etc' }],
    ['a path like an option', { path: '--upload-pack=touch' }],
    ['a remote with a password', { push: `https://ann:${password}@git.example.com/shop.git` }],
  ] as const)('with %s is refused by every command, and printed nowhere', async ([, repository]) => {
    const file = await desk.configured('other.yaml', { ...desk.settings(), repository })
    const asked = [['validate'], ['validate', '--json'], ['status', 'production'], ['deploy', '1.0.0', ...production]]
    await Promise.all(asked.map((args) => expectRefused(['--config', file, ...args], 'repository')))
  })
})

// Last, because it starts one: the same desk takes what is meant.
test('a version that has a tag is taken', async () => {
  const answer = await desk.belay('deploy', '1.0.0', ...production, '--detach')
  expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/^1\.0\.0-[0-9a-f]+\n$/) })
  const run = await openRun()
  expect(await run?.open()).toBe(true)
  await desk.belay('abort', 'production', '--reason', 'it was only a test')
  expect(await run?.end()).toMatchObject({ outcome: 'ABORTED' })
})

function openRun() {
  return desk.client.attach('fixture', 'production')
}

async function expectRefused(args: readonly string[], said: string): Promise<string> {
  const { code, out, err } = await desk.belay(...args)
  expect({ code, text: out + err }).toEqual({ code: 2, text: expect.stringContaining(said) })
  expect(out + err).not.toContain(password)
  expect(out + err).not.toMatch(/[\x00-\x08\x0b-\x1f\u202e]/)
  expect(await openRun()).toBeNull()
  for (const place of [desk.directory, join(desk.directory, 'repository'), '/']) {
    expect(await readdir(place)).not.toContain(canary)
  }
  return out + err
}
