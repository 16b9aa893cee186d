import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { no, type Provider, type Said } from '../../../src/domain/gate/provider.ts'
import { judgeReport } from '../../../src/domain/gate/test-report.ts'
import { isErrno } from '../../disk/atomic.ts'
import { isBelow } from '../../disk/safe-path.ts'
import type { Checkout } from '../checkout.ts'
import { badReport } from './bad-report.ts'
import { parseReport } from './parse-report.ts'
import { readReport } from './read-report.ts'

type JUnit = Extract<Provider, { kind: 'junit' }>

/** Reads the report that stands where this commit's must stand. */
export async function keptReport({ report }: JUnit, commit: string): Promise<Said> {
  const path = report.replaceAll('{commit}', commit)
  const text = await readReport(path)
  if (text === null) {
    return no(`expected a report at ${path}, got none`, { next: 'let the tests of this commit run and keep it there' })
  }
  return judgeReport(await parseReport(path, text))
}

/**
 * Runs the command in a clean checkout, without a report that was committed, then reads the report from there. The
 * command's exit code counts as well: tools end badly for reasons that stand in no report.
 */
export async function freshReport({ report }: JUnit, checkout: Checkout): Promise<Said> {
  const path = join(checkout.directory, report)
  const ran = await checkout.run([['rm', '-f', '--', path]])
  const text = (await isInside(path, checkout.directory)) ? await readReport(path) : null
  if (text === null) {
    return ran.ok ? no(`expected a report at ${report} in the checkout, got none`, { next: ran.next ?? '' }) : ran
  }
  const read = judgeReport(await parseReport(report, text))
  if (!read.ok) return { ...read, ...(ran.next !== undefined && { next: ran.next }) }
  return ran.ok ? read : { ...ran, detail: `${ran.detail}; its report says ${read.detail}` }
}

/** A directory that became a symlink leads to a report nobody knows the commit of. */
async function isInside(path: string, directory: string): Promise<boolean> {
  try {
    const [real, root] = await Promise.all([realpath(dirname(path)), realpath(directory)])
    if (real === root || isBelow(real, root)) return true
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
  throw badReport(path, 'a file inside the checkout', 'one outside of it')
}
