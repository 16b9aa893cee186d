import { expect, test } from 'vitest'
import { fromOf, namedOf, releaseOf } from '../../src/cli/adoption/flags.ts'
import { planFor } from '../history/plan.ts'
import { kept } from '../process/service-host.ts'

const base = planFor({ version: '1.0.0', commit: 'a'.repeat(40), deployment: 'd1' })
const plan = { hosts: ['app-1', 'app-2'], layout: { ...base.layout, processes: [kept('web')] } }

test('a process is named by its number or by a file, on one host or on the only one', () => {
  const options = { pid: ['web@app-1=12'], pidFile: ['web@app-2=/run/web.pid'] }
  expect(namedOf(options, plan)).toEqual([
    { process: 'web', host: 'app-1', by: { pid: 12 } },
    { process: 'web', host: 'app-2', by: { pidFile: '/run/web.pid' } },
  ])
  expect(namedOf({ pid: ['web=12'] }, { ...plan, hosts: ['app-1'] })).toMatchObject([{ host: null }])
})

test.each([
  [{ pid: ['web'] }, '--pid: expected process=value, such as web=1234, got "web"'],
  [{ pid: ['api@app-1=1'] }, '--pid: expected one of web, got "api"'],
  [{ pid: ['web=1'] }, '--pid: expected the host with it, such as web@app-1=1; there are 2'],
  [{ pid: ['web@db=1'] }, '--pid: expected one of the hosts app-1, app-2, got "db"'],
  [{ pid: ['web@app-1=-1'] }, '--pid: expected a process number, got "-1"'],
  [{ pid: ['web@app-1=0'] }, '--pid: expected a process number, got "0"'],
  [{ pidFile: ['web@app-1=run/web.pid'] }, '--pid-file: expected an absolute path'],
])('%j is refused in words', (options, words) => {
  expect(() => namedOf(options, plan)).toThrow(words)
})

test('what runs needs a version, a whole commit and an absolute directory', () => {
  expect(releaseOf({ version: '1.1.0' })).toEqual({ version: '1.1.0', commit: null })
  expect(() => releaseOf({ version: '../x' })).toThrow('--version: version: expected')
  expect(() => releaseOf({ version: '1.1.0', commit: 'abc1234' })).toThrow('--commit: expected all 40 digits')
  expect(() => fromOf({ from: 'shop' })).toThrow('--from: expected an absolute directory, as it is on the host')
})
