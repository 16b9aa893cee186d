import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { TestReport } from '../../../src/domain/gate/test-report.ts'
import { isRecord } from '../../../src/domain/is-record.ts'

/** What a text is as a report; `expected`, `got`: why it says neither yes nor no. */
export type ReadReport = { report: TestReport } | { expected: string; got: string }

/**
 * Counts the test cases of a JUnit XML report themselves, and takes failures a suite counts without naming them for
 * failures. Entities are not expanded, and a document that declares any is refused. A long one takes seconds.
 */
export function reportIn(text: string): ReadReport {
  try {
    return { report: countedIn(text) }
  } catch (error) {
    if (error instanceof Unreadable) return { expected: error.expected, got: error.got }
    throw error
  }
}

class Unreadable extends Error {
  readonly expected: string
  readonly got: string
  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`)
    this.expected = expected
    this.got = got
  }
}

function countedIn(text: string): TestReport {
  if (declaresEntities(text)) throw new Unreadable('a report without a DOCTYPE', 'one that may declare entities')
  const valid = validated(text)
  if (valid !== null) throw new Unreadable('whole and correct XML', valid)
  const document = parsed(text)
  const roots = isRecord(document) ? Object.keys(document).filter((key) => !key.startsWith('?')) : []
  const [root] = roots
  if (!isRecord(document) || roots.length !== 1 || (root !== 'testsuites' && root !== 'testsuite')) {
    throw new Unreadable('testsuites or testsuite as the root', roots.join(', ') || 'nothing')
  }
  return counted(listOf(document[root]))
}

/** What a test printed may look like it: only outside of comments and CDATA it declares anything. One pass. */
function declaresEntities(text: string): boolean {
  const opening = /<!--|<!\[CDATA\[|<!DOCTYPE|<!ENTITY/g
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const [start] = found
    if (start !== '<!--' && start !== '<![CDATA[') return true
    const end = text.indexOf(start === '<!--' ? '-->' : ']]>', opening.lastIndex)
    // Without an end nobody knows what it hides.
    if (end < 0) return /<!DOCTYPE|<!ENTITY/.test(text.slice(opening.lastIndex))
    opening.lastIndex = end
  }
  return false
}

function parsed(text: string): unknown {
  try {
    return parser.parse(text)
  } catch (error) {
    const got = error instanceof Error ? error.message : 'another text'
    throw new Unreadable('whole and correct XML, at most 100 elements deep', got)
  }
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
})

function validated(text: string): string | null {
  try {
    const result = XMLValidator.validate(text)
    return result === true ? null : `${result.err.msg} (line ${result.err.line ?? '?'})`
  } catch (error) {
    return error instanceof Error ? error.message : 'another text'
  }
}

/** Suites may hold suites, as deep as anybody likes. */
function counted(roots: readonly unknown[]): TestReport {
  const report = { ran: 0, skipped: 0, failed: 0, named: [] as string[] }
  let counters = 0
  const waiting = [...roots]
  for (let suite = waiting.pop(); suite !== undefined; suite = waiting.pop()) {
    if (!isRecord(suite)) continue
    counters = Math.max(counters, countIn(suite, 'failures') + countIn(suite, 'errors'))
    for (const test of listOf(suite.testcase)) countTest(report, test)
    for (const inner of listOf(suite.testsuite)) waiting.push(inner)
  }
  return { ...report, failed: Math.max(report.failed, counters) }
}

function countTest(report: { ran: number; skipped: number; failed: number; named: string[] }, test: unknown): void {
  const given = isRecord(test) ? test : {}
  if ('failure' in given || 'error' in given) {
    report.ran += 1
    report.failed += 1
    if (report.named.length < mostNamed) report.named.push(nameOf(given))
  } else if ('skipped' in given) report.skipped += 1
  else report.ran += 1
}

/** Enough to know where to look; the report has the rest. */
const mostNamed = 3

function nameOf(test: Record<string, unknown>): string {
  const parts = [test['@classname'], test['@name']].filter((part) => typeof part === 'string' && part !== '')
  return parts.map((part) => plain(String(part)).slice(0, 80)).join(' ') || 'a test without a name'
}

function plain(text: string): string {
  return Object.entries(predefined).reduce((clean, [entity, value]) => clean.replaceAll(entity, value), text)
}

const predefined = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' }

/** Absent or empty counts as zero; anything that cannot be a number of tests makes the whole report invalid. */
function countIn(suite: Record<string, unknown>, counter: 'failures' | 'errors'): number {
  const value = suite[`@${counter}`]
  const count = Number(value ?? 0)
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new Unreadable(`a number of tests in ${counter}`, `${counter}="${String(value).slice(0, 40)}"`)
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
