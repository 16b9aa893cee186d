import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import type { MigrationWarning } from '../../../src/domain/rehearsal/rehearsal.ts'
import { inOwnTemporary } from '../../disk/own-temporary.ts'
import type { MigrationSection } from '../tools/tool.ts'
import { leftOut } from './squawk-rules.ts'

/** `silent`: why squawk said nothing, in words; null: it ran. */
export type SquawkAnswer = { warnings: readonly (readonly MigrationWarning[])[]; silent: string | null }

/** What squawk finds in each of these texts: locks, rewrites, what breaks the release before. Never fails. */
export async function squawk(sections: readonly MigrationSection[]): Promise<SquawkAnswer> {
  if (sections.length === 0) return { warnings: [], silent: null }
  const program = squawkProgram()
  if (program === null) {
    return {
      warnings: [],
      silent: `no squawk for ${process.platform}-${process.arch}: nothing is said of locks by reading`,
    }
  }
  try {
    const found = await inOwnTemporary('squawk', (directory) => findingsIn(sections, { program, directory }))
    return { warnings: sections.map((section, at) => warningsIn(section, found.filter(isIn(at)))), silent: null }
  } catch (error) {
    return {
      warnings: [],
      silent: `squawk did not answer: ${error instanceof Error ? error.message.slice(0, 200) : error}`,
    }
  }
}

async function findingsIn(
  sections: readonly MigrationSection[],
  { program, directory }: { program: string; directory: string },
): Promise<Finding[]> {
  await Promise.all(sections.map(({ sql }, at) => writeFile(join(directory, nameOf(at)), sql, { mode: 0o600 })))
  return findings.parse(JSON.parse(await output(program, directory)))
}

const findings = z.array(
  z.object({
    file: z.string(),
    line: z.number(),
    message: z.string(),
    help: z.string().nullable(),
    rule_name: z.string(),
  }),
)

type Finding = z.infer<typeof findings>[number]

/** npm installs the binary of one platform, or none where there is none for it. */
function squawkProgram(): string | null {
  try {
    const wrapper = createRequire(createRequire(import.meta.url).resolve('squawk-cli/package.json'))
    const name = process.platform === 'win32' ? 'squawk.exe' : 'squawk'
    return wrapper.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/${name}`)
  } catch {
    return null
  }
}

/** One run for all: by a pattern, so that a thousand migrations are no thousand arguments. Findings make it exit with 1. */
function output(program: string, directory: string): Promise<string> {
  // In a transaction, as migrations mostly are: an index on a table that the same text makes blocks nobody.
  const options = ['--reporter', 'json', '--assume-in-transaction', '--no-error-on-unmatched-pattern']
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...options, '*.sql'],
      // A whole history takes less than a second; a hang must not hold up a rehearsal.
      { cwd: directory, timeout: 30_000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => (error === null || error.code === 1 ? resolve(stdout) : reject(error)),
    )
  })
}

function nameOf(at: number): string {
  return `${at}.sql`
}

function isIn(at: number): (finding: Finding) => boolean {
  return ({ file }) => file.split(/[\\/]/).at(-1) === nameOf(at)
}

function warningsIn({ way, file, firstLine }: MigrationSection, found: readonly Finding[]): MigrationWarning[] {
  return found
    .filter(({ rule_name }) => !(rule_name in leftOut))
    .map(({ line, message, help, rule_name: rule }) => ({
      way,
      file,
      line: firstLine + line,
      rule,
      message: [message, help].filter(Boolean).join(' ').replace(/\s+/g, ' ').slice(0, 400),
      from: 'squawk',
    }))
}
