import { expect, test } from 'vitest'
import { ciRequestId, requestKey } from '../../src/client/request.ts'

const release = { kind: 'deployment', version: '1.2.3', commit: 'c0ffee' } as const

test.for([
  [{ GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2', GITHUB_JOB: 'deploy' }, 'github.7.2.deploy'],
  [{ GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '7' }, 'github.7.1'],
  [{ GITLAB_CI: 'true', CI_JOB_ID: '8' }, 'gitlab.8'],
  [{ CI: 'true' }, null],
  [{ GITHUB_RUN_ID: '7' }, null],
] as const)('%j stands for the request %s', ([environment, id]) => {
  expect(ciRequestId(environment)).toBe(id)
})

test('one job may ask for several things: each is a request of its own', () => {
  const back = { kind: 'rollback', to: null, only: 'all' } as const
  const wanted = [release, { ...release, version: '1.2.4' }, back, { ...back, to: '1.0.0' }] as const
  expect(new Set(wanted.map((what) => requestKey('job', what))).size).toBe(4)
  expect(requestKey('job', release)).toBe(requestKey('job', { ...release }))
})

test.for(['', 'two words', 'a\nb', 'ü', 'x'.repeat(201)])('%j is no request id', (id) => {
  expect(() => requestKey(id, release)).toThrow('request id: expected 1 to 200 printable ASCII characters')
})
