import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { activitiesOn, makeRepositories, type Repositories, repositoryAt } from './repositories.ts'

let repos: Repositories
beforeEach(async () => {
  repos = await makeRepositories()
})
afterEach(() => repos.remove())

it('finds a file of that commit, and of no other; asked twice it answers twice', async () => {
  const commit = await committed({ 'docs/back.md': 'Go back.' })
  expect(await look(commit, 'docs/back.md')).toEqual({ found: true, bytes: 8 })
  expect(await look(commit, 'docs/back.md')).toEqual({ found: true, bytes: 8 })
  expect(await look(repos.first, 'docs/back.md')).toEqual({ found: false, bytes: 0 })
})

it('takes white space for nothing, and reads no long file', async () => {
  const commit = await committed({ 'blank.md': ' \n\t\n', 'empty.md': '', 'long.md': ' '.repeat(5_000) })
  expect(await look(commit, 'blank.md')).toEqual({ found: true, bytes: 0 })
  expect(await look(commit, 'empty.md')).toEqual({ found: true, bytes: 0 })
  expect(await look(commit, 'long.md')).toEqual({ found: true, bytes: 5_000 })
})

it('a folder, a link, a pattern and a path outside are no document', async () => {
  await symlink('app.txt', join(repos.work, 'link.md'))
  const commit = await committed({ 'docs/back.md': 'Go back.', '-v': 'an option?' })
  for (const path of ['docs', 'docs/', 'link.md', 'docs/*.md', ':(glob)docs/*.md', '../shop/app.txt']) {
    expect(await look(commit, path).catch(() => ({ found: false, bytes: 0 }))).toEqual({ found: false, bytes: 0 })
  }
  expect(await look(commit, '-v')).toEqual({ found: true, bytes: 10 })
})

it('a commit that is not there is Invalid', async () => {
  await expect(look('f'.repeat(40), 'app.txt')).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
  await expect(look('main', 'app.txt')).rejects.toMatchObject({ type: 'Invalid' })
})

async function look(commit: string, path: string) {
  return await activitiesOn(repos).lookAtFile({ repository: repositoryAt(repos.work), commit, path })
}

async function committed(files: Record<string, string>): Promise<string> {
  await mkdir(join(repos.work, 'docs'), { recursive: true })
  for (const [path, text] of Object.entries(files)) await writeFile(join(repos.work, path), text)
  await repos.git('add', '--all', '--', '.')
  await repos.git('commit', '--quiet', '--message', 'documents')
  return await repos.git('rev-parse', 'HEAD')
}
