import { expect, test } from 'vitest'
import { codeWords, endedWords } from '../../src/domain/exit-words.ts'

test.each([
  [1, null, 'ended with 1', '1'],
  [2, null, 'ended with 2', '2'],
  [126, null, 'could not be run', '126 (could not be run)'],
  [127, null, 'could not be run: not found', '127 (not found)'],
  [128, null, 'ended with 128', '128'],
  [130, null, 'was ended (SIGINT)', '130 (was ended, SIGINT)'],
  [137, null, 'was killed (SIGKILL)', '137 (was killed, SIGKILL)'],
  [139, null, 'crashed (SIGSEGV)', '139 (crashed, SIGSEGV)'],
  [143, null, 'was ended (SIGTERM)', '143 (was ended, SIGTERM)'],
  [null, 'SIGKILL', 'was killed (SIGKILL)', 'SIGKILL (was killed)'],
  [null, 'SIGBUS', 'crashed (SIGBUS)', 'SIGBUS (crashed)'],
  [255, null, 'ended with 255', '255'],
])('a program that ended with %s, %s is told in words people know', (exitCode, signal, ended, code) => {
  expect(endedWords({ exitCode, signal })).toBe(ended)
  expect(codeWords({ exitCode, signal })).toBe(code)
})
