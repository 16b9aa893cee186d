import { expect, test } from 'vitest'
import { tellingLine, tellingLines } from '../../src/domain/telling-lines.ts'

const log =
  'npm error A complete log of this run can be found in: /root/.npm/_logs/2026-01-01T00_00_00_000Z-debug-0.log'

test.each<[string, string[], string, string[]]>([
  [
    'npm ci without a lock file',
    [
      'npm error code EUSAGE',
      'npm error',
      'npm error The `npm ci` command can only install with an existing package-lock.json',
      'npm error',
      'npm error Usage:',
      'npm error npm ci',
      'npm error Run "npm help ci" for more info',
      log,
    ],
    'npm error The `npm ci` command can only install with an existing package-lock.json',
    ['npm error code EUSAGE', 'npm error The `npm ci` command can only install with an existing package-lock.json'],
  ],
  [
    'a script that npm ran',
    [
      '> shop@1.0.0 test',
      'AssertionError: expected 2, got 3: a failed test',
      'npm error Lifecycle script `test` failed with error:',
      'npm error code 1',
      'npm error path /srv/shop',
      'npm error command failed',
      'npm error command sh -c node test.js',
      log,
      'npm notice',
      'npm notice New major version of npm available! 11.0.0 -> 12.0.0',
    ],
    'AssertionError: expected 2, got 3: a failed test',
    ['AssertionError: expected 2, got 3: a failed test'],
  ],
  [
    'an npm of before',
    [
      'Error: connect ECONNREFUSED',
      'npm ERR! code ELIFECYCLE',
      'npm ERR! errno 1',
      'npm ERR! Exit status 1',
      'npm ERR! ',
      'npm ERR! Failed at the shop@1.0.0 build script.',
      'npm ERR! This is probably not a problem with npm. There is likely additional logging output above.',
      'npm ERR! A complete log of this run can be found in:',
      'npm ERR!     /root/.npm/_logs/2020-01-01T00_00_00_000Z-debug.log',
    ],
    'Error: connect ECONNREFUSED',
    ['Error: connect ECONNREFUSED'],
  ],
  [
    'yarn',
    [
      'src/app.ts(1,1): error TS2304: Cannot find name x',
      'error Command failed with exit code 2.',
      'info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.',
    ],
    'src/app.ts(1,1): error TS2304: Cannot find name x',
    ['src/app.ts(1,1): error TS2304: Cannot find name x'],
  ],
  [
    'pnpm',
    ['sh: 1: tsc: not found', ' ELIFECYCLE  Command failed with exit code 127.'],
    'sh: 1: tsc: not found',
    ['sh: 1: tsc: not found'],
  ],
  ['nothing else', [log], log, [log]],
  ['no package manager', ['one', '3 tests red'], '3 tests red', ['one', '3 tests red']],
])('of %s the lines that help are told', (_, printed, line, lines) => {
  expect(tellingLine(printed)).toBe(line)
  expect(tellingLines(printed)).toEqual(lines)
})
