import { describe, expect, it } from 'vitest'
import { checkRun, commitOnGitHub, fakeGitHub } from '../support/fake-github.ts'
import { commit, evidence, orderOf } from './asking.ts'

const green = checkRun('unit', 'success', commit)
const status = (context: string, state: string) => ({ context, state, target_url: `https://ci.example.com/${context}` })

describe('checks on GitHub', () => {
  it('say yes when all of them, or all that are required, succeeded', async () => {
    expect(await said({ runs: [green], statuses: [status('lint', 'success')] })).toMatchObject({
      ok: true,
      detail: '2 succeeded: unit, lint',
      link: expect.stringContaining(`/acme/shop/commit/${commit}`),
    })
    expect(await said({ runs: [green, checkRun('slow', 'failure', commit)] }, ['unit'])).toMatchObject({ ok: true })
    expect(await said({ runs: [green, checkRun('docs', 'skipped', commit)] })).toMatchObject({ ok: true })
  })

  it.each([
    ['there are none', {}, [], 'at least one check'],
    ['all were skipped', { runs: [checkRun('docs', 'skipped', commit)] }, [], 'at least one check'],
    ['a required one was skipped', { runs: [checkRun('unit', 'skipped', commit)] }, ['unit'], 'unit: skipped'],
    ['one was cancelled', { runs: [green, checkRun('e2e', 'cancelled', commit)] }, [], 'e2e: cancelled https://'],
    [
      'a status failed',
      { runs: [green], statuses: [status('lint', 'error')] },
      [],
      'lint: error https://ci.example.com',
    ],
    [
      'one failed while another runs',
      { runs: [checkRun('a', null, commit), checkRun('b', 'failure', commit)] },
      [],
      'b: failure',
    ],
    ['GitHub invents a word', { runs: [checkRun('unit', 'splendid', commit)] }, [], 'unit: splendid'],
  ])('say no when %s', async (_, has, required, why) => {
    const answer = await said(has, required)
    expect(answer).toMatchObject({ ok: false, detail: expect.stringContaining(why) })
    expect(answer.pending).toBeUndefined()
  })

  it.each([
    ['still runs', { runs: [green, checkRun('e2e', null, commit)] }, [], 'e2e: in_progress'],
    ['is a pending status', { statuses: [status('lint', 'pending')] }, [], 'lint: pending'],
    ['has not reported yet', { runs: [green] }, ['unit', 'e2e'], 'e2e: not reported yet'],
  ])('say not yet when one %s', async (_, has, required, why) => {
    expect(await said(has, required)).toMatchObject({ ok: false, pending: true, detail: expect.stringContaining(why) })
  })

  it('of another commit are no evidence', async () => {
    const other = checkRun('unit', 'success', 'b'.repeat(40))
    await expect(said({ runs: [other] })).rejects.toMatchObject({
      type: 'Invalid',
      message: expect.stringContaining('got those of bbbbbbbbbbbb'),
    })
  })

  it('are read to the last page, where the red one may be', async () => {
    const runs = Array.from({ length: 150 }, (_, at) => checkRun(`c${at}`, at === 149 ? 'failure' : 'success', commit))
    expect(await said({ runs })).toMatchObject({ ok: false, detail: expect.stringContaining('c149: failure') })
  })
})

async function said(has: Parameters<typeof commitOnGitHub>[1], required: readonly string[] = []) {
  const github = await fakeGitHub(commitOnGitHub(commit, has))
  const { activities } = await evidence(github.environment)
  return await activities.askProvider(orderOf({ kind: 'github_checks', ...github.place, required }))
}
