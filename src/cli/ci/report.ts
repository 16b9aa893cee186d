import { appendFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Run } from '../../client/client.ts'
import { environmentOf } from '../../client/errors.ts'
import { runUrl } from '../../domain/run-url.ts'
import { exitCodes } from '../exit.ts'
import { plain } from '../github/markdown.ts'
import { isGithub } from '../shell/harmless.ts'
import type { Shell } from '../shell/shell.ts'
import { type Facts, outputsOf, partsOf } from './facts.ts'
import { dotenv, githubOutput } from './files.ts'
import { renderSummary } from './summary.ts'

type Followed = Pick<Facts, 'status' | 'end' | 'code'> & {
  run: Pick<Run, 'deployment' | 'workflowId' | 'runId' | 'namespace'>
}

/**
 * Tells the CI job what became of a run, where it is in one: job summary, outputs and annotation of GitHub Actions
 * (`GITHUB_STEP_SUMMARY`, `GITHUB_OUTPUT`), a dotenv report of GitLab (`BELAY_DOTENV`: a file's path). What cannot be
 * written is said and changes nothing: the exit code is the run's.
 */
export async function reportToCi(shell: Shell, { run, ...followed }: Followed): Promise<void> {
  const { GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, BELAY_DOTENV } = shell.environment
  if (!isGithub(shell.environment) && !BELAY_DOTENV) return
  const { deployment } = run
  const logEntry = await logEntryOf(shell, deployment)
  const facts = { ...followed, deployment, logEntry, runUrl: urlOf(shell, run) }
  if (isGithub(shell.environment)) {
    await write(shell, 'GITHUB_STEP_SUMMARY', GITHUB_STEP_SUMMARY, (file) => appendFile(file, renderSummary(facts)))
    await write(shell, 'GITHUB_OUTPUT', GITHUB_OUTPUT, (file) => appendFile(file, githubOutput(outputsOf(facts))))
    annotate(shell, facts)
  }
  await write(shell, 'BELAY_DOTENV', BELAY_DOTENV, (file) => {
    return writeFile(resolve(shell.directory, file), dotenv(outputsOf(facts)))
  })
}

/** Is told the run as soon as there is one, and hands it on. */
export type Known = <R extends Pick<Run, 'deployment' | 'workflowId'>>(run: R) => R

/**
 * Likewise where it did not come to a run (busy, not reachable, a configuration with problems), and where a run was lost
 * from sight: then nobody may read that nothing was started.
 */
export async function reportingTrouble<T>(shell: Shell, work: (known: Known) => Promise<T>): Promise<T> {
  let run: Pick<Run, 'deployment' | 'workflowId'> | null = null
  try {
    return await work((begun) => {
      run = begun
      return begun
    })
  } catch (error) {
    const { headline, text } = troubleOf(run, error)
    if (isGithub(shell.environment)) {
      const summary = `## ❌ ${plain(headline)}\n\n${text
        .split('\n')
        .map((line) => `- ${plain(line)}`)
        .join('\n')}\n`
      await write(shell, 'GITHUB_STEP_SUMMARY', shell.environment.GITHUB_STEP_SUMMARY, (file) =>
        appendFile(file, summary),
      )
      shell.annotate({ level: 'error', title: headline, message: text, place: null })
    }
    throw error
  }
}

function troubleOf(run: Pick<Run, 'deployment' | 'workflowId'> | null, error: unknown) {
  const text = error instanceof Error ? error.message : String(error)
  if (run === null) return { headline: 'Belay started nothing', text }
  const { deployment, workflowId } = run
  // Its words name what to do next; by name: the class is loaded with its commands.
  if (error instanceof Error && error.name === 'UnknownEnd')
    return { headline: `${deployment} ended without an outcome`, text }
  const next = `Next: belay watch ${environmentOf(workflowId)}`
  return { headline: `Belay stopped following ${deployment}; the run goes on`, text: `${text}\n${next}` }
}

function annotate(shell: Shell, facts: Facts): void {
  if (facts.code === exitCodes.done) return
  const { headline, why, next } = partsOf(facts)
  const text = [...why, ...(next === null ? [] : [`Next: ${next}`])].join('\n')
  // Still running is not a failure yet.
  const level = facts.code === exitCodes.stillRunning ? 'warning' : 'error'
  shell.annotate({ level, title: headline, message: text || headline, place: null })
}

async function write(
  shell: Shell,
  name: string,
  file: string | undefined,
  work: (file: string) => Promise<void>,
): Promise<void> {
  if (!file) return
  try {
    await work(file)
  } catch (error) {
    shell.say(
      `${name}: not written (${error instanceof Error ? error.message : String(error)}); the outcome is as said above`,
    )
  }
}

/** A job often cannot reach the history; then the entry is only left out. */
async function logEntryOf(shell: Shell, deployment: string): Promise<string | null> {
  if (!shell.environment.BELAY_DATABASE_URL) return null
  try {
    const { withHistory } = await import('../read-history.ts')
    return await withHistory(shell, async (history) => (await history.readDeployment(deployment))?.logEntry ?? null)
  } catch {
    return null
  }
}

function urlOf(shell: Shell, run: Followed['run']): string | null {
  const ui = shell.environment.BELAY_TEMPORAL_UI
  return ui ? runUrl(ui, run) : null
}
