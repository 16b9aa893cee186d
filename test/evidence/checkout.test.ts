import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderOrder } from '../../activities/evidence/ask.ts'
import { makeRepositories, type Repositories, repositoryAt } from '../git/repositories.ts'
import { evidence, orderOf } from './asking.ts'

const report = '<testsuite><testcase name="one"/></testsuite>'
const failing = '<testsuite><testcase name="one"><failure/></testcase></testsuite>'

let repos: Repositories
beforeEach(async () => {
  repos = await makeRepositories()
})
afterEach(() => repos.remove())

describe('a command in a clean checkout', () => {
  it('answers about the commit, whatever lies in the work tree', async () => {
    const commit = await repos.commit('released')
    await writeFile(join(repos.work, 'app.txt'), 'not committed')
    const command = ['node', '-e', 'process.exit(require("fs").readFileSync("app.txt", "utf8") === "released" ? 0 : 1)']
    expect(await ask(commit, { kind: 'command', command, timeoutMs: 30_000 })).toMatchObject({
      ok: true,
      detail: expect.stringContaining(commit.slice(0, 12)),
    })
  })

  it('is run once, however often it is asked, and beside another one of the same item', async () => {
    const { activities } = await evidence()
    const counter = join(repos.root, 'runs')
    const count = (word: string) => ['node', '-e', `require('fs').appendFileSync('${counter}', '${word} ')`]
    const order = (index: number, word: string) =>
      about(repos.first, { kind: 'command', command: count(word), timeoutMs: 30_000 }, index)
    await Promise.all([order(1, 'a'), order(1, 'a'), order(2, 'b')].map((one) => activities.askProvider(one)))
    await activities.askProvider(order(2, 'b'))
    expect((await readFile(counter, 'utf8')).trim().split(' ').toSorted()).toEqual(['a', 'b'])
  })

  it('that fails says where all it printed is', async () => {
    const command = ['node', '-e', 'console.error("3 failed"); process.exit(2)']
    expect(await ask(repos.first, { kind: 'command', command, timeoutMs: 30_000 })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('got exit 2: 3 failed'),
      next: 'belay logs d-1 evidence-tests_passing',
    })
  })
})

describe('a report that a command writes', () => {
  it.each([
    ['counts', writes(report), true, '1 tests passed'],
    ['names what failed, though the tool ends well', writes(failing), false, 'got 1 of 1 tests: one'],
    ['does not outweigh the exit code', `${writes(report)}; process.exit(3)`, false, 'got exit 3'],
    ['must be written', '0', false, 'expected a report at out/junit.xml in the checkout, got none'],
  ])('%s', async (_, script, ok, words) => {
    expect(await ask(repos.first, junit(script))).toMatchObject({ ok, detail: expect.stringContaining(words) })
  })

  it('does not count when it was committed', async () => {
    await repos.git('rm', '--quiet', 'app.txt')
    await writeFile(join(repos.work, 'junit.xml'), report)
    await repos.git('add', 'junit.xml')
    await repos.git('commit', '--quiet', '--message', 'a report')
    const provider = { ...junit('0'), report: 'junit.xml' }
    const commit = await repos.git('rev-parse', 'HEAD')
    expect(await ask(commit, provider)).toMatchObject({ ok: false, detail: expect.stringContaining('got none') })
  })

  it('does not count when it stands outside of the checkout', async () => {
    await writeFile(join(repos.root, 'junit.xml'), report)
    const script = `require('fs').symlinkSync('${repos.root}', 'out')`
    await expect(ask(repos.first, junit(script))).rejects.toMatchObject({
      message: expect.stringContaining('a file inside the checkout'),
    })
    expect(existsSync(join(repos.root, 'junit.xml'))).toBe(true)
  })
})

function writes(text: string): string {
  return `require('fs').mkdirSync('out'); require('fs').writeFileSync('out/junit.xml', ${JSON.stringify(text)})`
}

function junit(script: string) {
  return { kind: 'junit', report: 'out/junit.xml', command: ['node', '-e', script], timeoutMs: 30_000 } as const
}

async function ask(commit: string, provider: ProviderOrder['provider']) {
  const { activities } = await evidence()
  return await activities.askProvider(about(commit, provider))
}

function about(commit: string, provider: ProviderOrder['provider'], index = 1): ProviderOrder {
  const release = { version: '1.2.3', commit }
  return orderOf(provider, { repository: repositoryAt(repos.work), release, index })
}
