import { afterEach, beforeEach, expect, it } from 'vitest'
import { activitiesOn, makeRepositories, type Repositories, repositoryAt } from './repositories.ts'

let repos: Repositories
beforeEach(async () => {
  repos = await makeRepositories()
})
afterEach(() => repos.remove())

it('names everybody who wrote a commit since the base, however many and however long their names, and nobody else', async () => {
  const long = `${'Ann '.repeat(40)}Lee`
  const people = [...Array.from({ length: 25 }, (_, index) => `A${index} <a${index}@example.com>`)]
  await wrote('Before <before@example.com>', 'before')
  const base = await repos.git('rev-parse', 'HEAD')
  for (const person of people) await wrote(person, 'twice')
  await wrote('A0 <a0@example.com>', 'twice')
  await wrote(`${long} <ann@example.com>`, `long\n\nCo-authored-by: Cyd <cyd@example.com>`)
  const commit = await wrote('Last <last@example.com>', 'last')

  const authors = await read(base, commit)
  const expected = [...people, `${long} <ann@example.com>`, 'Cyd <cyd@example.com>', 'Last <last@example.com>']
  expect(authors.toSorted()).toEqual(expected.toSorted())
  expect(await read(base, commit)).toEqual(authors)
  expect(await read(null, commit)).toContain('Before <before@example.com>')
})

it('a commit that is not there is Invalid: nobody is known to have written it', async () => {
  await expect(read(null, 'f'.repeat(40))).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
})

async function read(base: string | null, commit: string): Promise<readonly string[]> {
  return await activitiesOn(repos).readAuthors({ repository: repositoryAt(repos.work), base, commit })
}

async function wrote(author: string, message: string): Promise<string> {
  await repos.git('commit', '--quiet', '--allow-empty', '--author', author, '--message', message)
  return await repos.git('rev-parse', 'HEAD')
}
