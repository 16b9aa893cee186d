import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reportingTrouble } from '../../../src/cli/ci/report.ts'
import { annotationLine } from '../../../src/cli/github/annotation.ts'
import type { Shell } from '../../../src/cli/shell/shell.ts'
import { Unreachable } from '../../../src/client/errors.ts'
import { UnknownEnd } from '../../../src/client/run-end.ts'

const run = { deployment: '1.0.0-a', workflowId: 'deploy:fixture:production' }
const gone = new Unreachable('Temporal', 'here:7233', 'start it')

test('before there is a run: nothing was started', async () => {
  const told = await troubleIn(() => Promise.reject(gone))
  expect(told.annotation).toBe('::error title=Belay started nothing::Temporal does not answer at here:7233: start it')
  expect(told.summary).toMatch(/^## ❌ Belay started nothing\n/)
})

test('Temporal goes away while a run is followed: it goes on, and how to look at it', async () => {
  const told = await troubleIn((known) => {
    known(run)
    return Promise.reject(gone)
  })
  expect(told.annotation).toMatch(/^::error title=Belay stopped following 1\.0\.0-a; the run goes on::/)
  expect(told.annotation).toMatch(/%0ANext: belay watch production$/)
  expect(told.summary).toContain('## ❌ Belay stopped following 1.0.0-a; the run goes on')
  expect(told.summary).not.toContain('started nothing')
})

test('a run that was terminated ended without an outcome', async () => {
  const told = await troubleIn((known) => {
    known(run)
    return Promise.reject(new UnknownEnd(run.workflowId, new Error('x', { cause: new Error('terminated') })))
  })
  expect(told.annotation).toMatch(
    /^::error title=1\.0\.0-a ended without an outcome::.*belay status, then belay rollback$/,
  )
})

async function troubleIn(work: Parameters<typeof reportingTrouble>[1]) {
  const directory = await mkdtemp(join(tmpdir(), 'belay-trouble-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const summary = join(directory, 'summary.md')
  const said: string[] = []
  const shell: Shell = {
    environment: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
    directory,
    print: (line) => void said.push(line),
    say: (line) => void said.push(line),
    annotate: (annotation) => void said.push(annotationLine(annotation)),
    now: () => new Date(),
    interrupted: () => new Promise<void>(() => undefined),
    leaving: () => undefined,
    terminal: false,
  }
  await expect(reportingTrouble(shell, work)).rejects.toThrow()
  return { annotation: said.join('\n'), summary: await readFile(summary, 'utf8') }
}
