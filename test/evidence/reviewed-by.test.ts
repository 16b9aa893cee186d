import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeRepositories, type Repositories, repositoryAt } from '../git/repositories.ts'
import { evidence, orderOf } from './asking.ts'

let repos: Repositories
beforeEach(async () => {
  repos = await makeRepositories()
})
afterEach(() => repos.remove())

describe('Reviewed-by trailers', () => {
  it.each([
    ['by somebody else', 'Reviewed-by: Bob <bob@example.com>', true, 'Bob <bob@example.com>'],
    ['by nobody', 'Signed-off-by: Bob <bob@example.com>', false, 'got none'],
    ['by the author', 'Reviewed-by: ann <ANN@example.com>', false, 'only ann <ANN@example.com>, who made it'],
    [
      'by who wrote it with the author',
      'Reviewed-by: Eve <eve@example.com>\nCo-authored-by: Eve <eve@example.com>',
      false,
      'only Eve',
    ],
    [
      'by the author and another',
      'Reviewed-by: Ann <ann@example.com>\nReviewed-by: Bob <bob@example.com>',
      true,
      'Bob',
    ],
    ['in the middle of the text', 'Reviewed-by: Bob <bob@example.com>\n\nand more of it', false, 'got none'],
  ])('%s', async (_, trailers, ok, words) => {
    const commit = await repos.commit(`a change\n\nwhy\n\n${trailers}`)
    expect(await said(commit)).toMatchObject({ ok, detail: expect.stringContaining(words), claimed: ok })
  })

  it('of the commit before do not count', async () => {
    await repos.commit('before\n\nReviewed-by: Bob <bob@example.com>')
    expect(await said(await repos.commit('after'))).toMatchObject({ ok: false })
  })

  it('cannot be read of a commit that is not there', async () => {
    await expect(said('f'.repeat(40))).rejects.toMatchObject({ type: 'Invalid' })
  })

  it('are one line, whatever the trailer holds', async () => {
    const commit = await repos.commit(`a change\n\nReviewed-by: Bob \u001b[31m\u202e${'x'.repeat(500)}`)
    const { detail } = await said(commit)
    expect(detail).toMatch(/^[^\p{C}]{1,300}$/u)
  })
})

async function said(commit: string) {
  const { activities } = await evidence()
  const repository = repositoryAt(repos.work)
  return await activities.askProvider(
    orderOf({ kind: 'reviewed_by' }, { repository, release: { version: '1.2.3', commit } }),
  )
}
