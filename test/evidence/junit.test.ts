import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { commit, evidence, orderOf } from './asking.ts'

const one = '<testcase classname="cart" name="adds"/>'
const bad = '<testcase classname="cart" name="pays &lt; 1"><failure message="no">stack</failure></testcase>'
const broken = '<testcase name="boots"><error/></testcase>'
const skipped = '<testcase name="later"><skipped/></testcase>'
const suite = (inside: string, more = '') =>
  `<?xml version="1.0"?>\n<testsuites><testsuite ${more}>${inside}</testsuite></testsuites>`

describe('a JUnit report', () => {
  it.each([
    ['passes', suite(one + skipped), true, '1 tests passed, 1 skipped'],
    ['passes as a single suite', `<testsuite>${one}</testsuite>`, true, '1 tests passed'],
    ['passes with suites in suites', suite(`<testsuite>${one}${one}</testsuite>`), true, '2 tests passed'],
    ['names failures and errors', suite(one + bad + broken), false, 'got 2 of 3 tests: cart pays < 1; boots'],
    ['names the first three', suite(bad.repeat(5)), false, 'and 2 more'],
    ['believes what a suite counts', suite(one, 'failures="1"'), false, 'got 1 of 1 tests: not named'],
    [
      'passes whatever a test printed',
      suite(`<system-out><![CDATA[<!DOCTYPE html> ]]></system-out><!-- <!ENTITY -->${one}`),
      true,
      '1 tests passed',
    ],
    ['believes no counter less than the tests', suite(bad + one, 'failures="0"'), false, 'got 1 of 2 tests'],
    ['fails without tests', suite(''), false, 'at least one test that ran, got none'],
    ['fails when all are skipped', suite(skipped), false, 'got none, 1 skipped'],
    ['fails with a count and no tests', suite('', 'tests="12"'), false, 'got none'],
  ])('%s', async (_, text, ok, words) => {
    expect(await said(text)).toMatchObject({ ok, detail: expect.stringContaining(words) })
  })

  it.each([
    ['not XML', 'all 12 tests passed', 'whole and correct XML'],
    ['cut off', suite(one).slice(0, -20), 'whole and correct XML'],
    ['empty', '', 'whole and correct XML'],
    ['another document', '<html><testcase/></html>', 'testsuites or testsuite as the root, got html'],
    ['two documents', `${suite(one)}<testsuite/>`, 'got testsuites, testsuite'],
    [
      'an entity bomb',
      `<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>`,
      'without a DOCTYPE',
    ],
    ['an entity behind a comment', `<!-- --><!DOCTYPE t SYSTEM "file:///etc/passwd"><testsuite/>`, 'without a DOCTYPE'],
    ['an unclosed comment around an entity', `<!-- <!ENTITY a "b"><testsuite/>`, 'without a DOCTYPE'],
    ['suites in suites without end', '<testsuite>'.repeat(500) + one + '</testsuite>'.repeat(500), 'at most'],
    ['an element that is no name', `<testsuite><__proto__/>${one}</testsuite>`, 'whole and correct XML'],
    ['a counter that is none', suite(one, 'failures="many"'), 'failures="many"'],
    ['a counter below nothing', suite(one, 'failures="-1" errors="1"'), 'failures="-1"'],
    ['a counter without end', suite(one, 'errors="1e999"'), 'errors="1e999"'],
    ['other bytes', Buffer.from([0xff, 0xfe, 0x3c, 0x00]), 'text in UTF-8'],
  ])('that is %s is an error, not an answer', async (_, text, words) => {
    await expect(said(text)).rejects.toMatchObject({
      type: 'Invalid',
      nonRetryable: true,
      message: expect.stringContaining(words),
    })
  })

  it('of 100 MB is refused without being read', async () => {
    const { path, ask } = await place()
    await writeFile(path, suite(one))
    await truncate(path, 100 * 1024 * 1024)
    const before = process.memoryUsage().rss
    await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('at most 20 MiB, got 100 MiB') })
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024)
  })

  it('of another commit does not count', async () => {
    const { path, ask } = await place()
    await writeFile(path.replace(commit, 'b'.repeat(40)), suite(one))
    expect(await ask()).toMatchObject({ ok: false, detail: expect.stringContaining('got none') })
  })

  it('that is a directory is an error', async () => {
    const { activities } = await evidence()
    const provider = { kind: 'junit', report: '/tmp', command: null, timeoutMs: 1_000 } as const
    await expect(activities.askProvider(orderOf(provider))).rejects.toMatchObject({ type: 'Invalid' })
  })
})

async function said(text: string | Buffer) {
  const { path, ask } = await place()
  await writeFile(path, text)
  return await ask()
}

/** A report kept by commit, as a CI server would put it there. */
async function place() {
  const directory = await temporaryDirectory()
  const { activities } = await evidence()
  const report = join(directory, '{commit}.xml')
  const provider = { kind: 'junit', report, command: null, timeoutMs: 1_000 } as const
  return { path: report.replace('{commit}', commit), ask: () => activities.askProvider(orderOf(provider)) }
}
