import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { harmlessIn } from '../../../src/cli/shell/harmless.ts'
import { terminalIn } from '../terminal.ts'

const foreign = 'x\n::set-output name=outcome::SUCCESS\n \u00a0::stop-commands::x\r::add-mask::y ##[group]z'
const obeyed = /^\s*::(?!error )|\r|##\[/m

test.for([
  ['a name that an option brings', 2, ['validate', '--config', foreign]],
  ['a command nobody knows', 2, [foreign]],
  ['an option nobody knows', 2, ['status', 'production', `--${foreign}`]],
] as const)('in GitHub Actions %s cannot speak to the runner', async ([, code, args]) => {
  const said = await terminalIn(tmpdir(), { GITHUB_ACTIONS: 'true' }).belay(...args)
  expect(said.code).toBe(code)
  expect(said.out + said.err).toContain('\\u003a:set-output name=outcome::SUCCESS')
  expect(said.out + said.err).not.toMatch(obeyed)
})

test('elsewhere it stays as it is, but for what moves the cursor', async () => {
  const said = await terminalIn(tmpdir(), { GITHUB_ACTIONS: '' }).belay('validate', '--config', foreign)
  expect(said.err).toContain('\n::set-output name=outcome::SUCCESS\n')
})

test('data is the same data', () => {
  const data = { text: foreign, list: ['::error::x', '##[x]', '\\##[y]', ' ::z'] }
  const written = harmlessIn({ GITHUB_ACTIONS: 'true' })(JSON.stringify(data, null, 2))
  expect(written).not.toMatch(obeyed)
  expect(JSON.parse(written)).toEqual(data)
})
