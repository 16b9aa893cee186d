import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let script: string

beforeAll(async () => {
  desk = await openDesk()
  script = join(desk.directory, 'belay.bash')
  await writeFile(script, (await desk.belay('completion', 'bash')).out)
})

afterAll(() => desk.close())

test('bash completes commands, options, environments, versions, items and answers as they are typed', async () => {
  await desk.configured('elsewhere.yaml', { ...desk.settings(), environments: { moon: { hosts: ['local'] } } })
  const completed = await Promise.all(
    [
      ['belay', 'sig'],
      ['belay', 'sign', ''],
      ['belay', '-c', 'elsewhere.yaml', 'sign', ''],
      ['belay', 'sign', 'production', 'pre.'],
      ['belay', 'sign', 'production', 'pre.code_reviewed', 'man'],
      ['belay', 'decide', 'production', 're'],
      ['belay', 'deploy', '1.'],
      ['belay', 'deploy', '1.1.0', '--env', '='],
      ['belay', 'deploy', '1.1.0', '--env', '=', 'pro'],
      ['belay', 'rollback', 'production', '--only', ''],
      ['belay', 'status', '--js'],
      ['belay', 'logs', 'production', 'w'],
      ['belay', 'marker', 'v'],
      ['belay', 'notify', ''],
      ['belay', 'notify', 'test', ''],
      ['belay', 'completion', 'f'],
      ['belay', 'sign', 'production', '--note', ''],
      ['belay', 'validate', '--config', 'els'],
    ].map(inBash),
  )
  expect(completed).toEqual([
    ['sign'],
    ['production'],
    ['moon'],
    ['pre.code_reviewed'],
    ['manual.payment_processing'],
    ['retry', 'revert'],
    ['1.2.0', '1.1.0', '1.0.0'],
    ['production'],
    ['production'],
    ['database', 'configuration'],
    ['--json'],
    ['web', 'worker'],
    ['verify'],
    ['test'],
    ['production'],
    ['fish'],
    [],
    ['elsewhere.yaml'],
  ])
})

test('completion is silent where nothing can be known, and never runs what was typed', async () => {
  const touched = join(desk.directory, 'touched')
  const nothing = await Promise.all([
    inBash(['belay', '--config', 'absent.yaml', 'sign', '']),
    inBash(['belay', 'sign', 'nowhere', '']),
    inBash(['belay', 'nonsense', '']),
    inBash(['belay', 'sign', `$(touch ${touched})`, '']),
  ])
  expect(nothing).toEqual([[], [], [], []])
  expect(await promisify(execFile)('ls', [desk.directory]).then((listed) => listed.stdout)).not.toContain('touched')
})

test('every shell has a script, another one is told which there are, and the question behind it is not listed', async () => {
  const [zsh, fish, tcsh, help] = await Promise.all([
    desk.belay('completion', 'zsh'),
    desk.belay('completion', 'fish'),
    desk.belay('completion', 'tcsh'),
    desk.belay('--help'),
  ])
  expect(zsh).toMatchObject({ code: 0, out: expect.stringContaining('#compdef belay') })
  expect(fish).toMatchObject({ code: 0, out: expect.stringContaining('belay complete --') })
  expect(tcsh).toMatchObject({ code: 2, err: expect.stringContaining('one of bash, zsh, fish; got "tcsh"') })
  expect(help.out).not.toMatch(/^ {2}complete /m)
})

/** Sources the script in a real bash, without the package bash-completion, and presses the key. */
async function inBash(words: readonly string[]): Promise<string[]> {
  const typing = [
    'belay() { "$NODE" "$BELAY" "$@"; }',
    'source "$SCRIPT"',
    'complete -p belay >/dev/null || exit 9',
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))',
    '__belay_complete',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n')
  const environment = { ...process.env, ...desk.environment, NODE: process.execPath, BELAY: program, SCRIPT: script }
  const options = { cwd: desk.directory, env: environment, timeout: 60_000 }
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', typing, 'bash', ...words], options)
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

const program = join(import.meta.dirname, '../../src/cli/belay.ts')
