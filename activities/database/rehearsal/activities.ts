import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import type { DatabasePlan, Release, ReleaseLayout, Repository } from '../../../src/domain/plan.ts'
import type { LookedAtRehearsals } from '../../../src/domain/preview/known-migrations.ts'
import { referencedNames } from '../../../src/domain/reference.ts'
import type { RehearsalAnswer } from '../../../src/domain/rehearsal/answer.ts'
import { readJson } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'
import { parseRecords } from '../../host/state-files.ts'
import { endWords, lastWords } from '../../step/step.ts'
import type { StepResult, Steps } from '../../step/steps.ts'
import { createDatabaseAccess } from '../access.ts'
import { lastWordMs, toldSettings } from '../run-programs.ts'
import { invalid } from '../tools/tools.ts'
import { rehearsalAnswer } from './answer-schema.ts'
import { alsoShown } from './evidence.ts'
import { lookAtRehearsals } from './look.ts'
import type { RehearsalOrder } from './order.ts'

export type RehearseInput = {
  order: HostOrder
  repository: Repository
  release: Release
  layout: ReleaseLayout
  database: DatabasePlan
  /** `command`: a person asks, so the embedded server of another major is better than no answer. */
  for: RehearsalOrder['for']
}

/** `program`: the detached one, absolute; it brings the embedded server. */
export function createRehearsalActivities({
  steps,
  program,
  environment,
}: {
  steps: Pick<Steps, 'runNext'>
  program: string
  environment: Readonly<Record<string, string | undefined>>
}) {
  const access = createDatabaseAccess(environment)

  return {
    /**
     * Rehearses what the release would change in the live database, on a scratch one, in a detached program. Repeating it
     * attaches to that program, or begins another, which runs nothing where the same was rehearsed before and still
     * binds: same files, same live schema, same major. Needs no claim; the live database is only read. Fails with
     * `Invalid` where nothing can be said, e.g. the live database does not answer.
     */
    async rehearseRelease(input: RehearseInput): Promise<RehearsalAnswer> {
      const { order, database, layout } = input
      const told = await toldOf(input)
      const result = await steps.runNext({
        deployment: order.deployment,
        name: 'rehearse',
        commands: [[process.execPath, '--disable-warning=ExperimentalWarning', program]],
        // Before a first deployment the service's own directory is not there yet.
        cwd: '/',
        // The addresses stay references until the program starts.
        env: {
          BELAY_ORDER: JSON.stringify(told),
          BELAY_TARGET_URL: database.url,
          BELAY_SCRATCH_URL: database.rehearsal?.url ?? '',
        },
        // A clean checkout may have to be built first.
        timeoutMs: told.timeoutMs + layout.buildTimeoutMs + lastWordMs,
        silenceMs: null,
        rerunSafe: true,
      })
      return bounded(answerIn(result, order.deployment))
    },

    /**
     * Which of these migrations (all of the release's) are pending, and what kept rehearsals say of them. Reads only: it
     * rehearses nothing, so running it twice answers twice. A database that does not answer is an answer.
     */
    async lookAtRehearsals(input: {
      order: Pick<HostOrder, 'directory'>
      database: DatabasePlan
      files: readonly { name: string; bytes: string }[]
      /** The rows that the release gives, as text by sha256 (hex); null: none. Absent: nobody read them, and nothing is said of them. */
      data?: string | null
    }): Promise<LookedAtRehearsals> {
      const { order, database, files, data } = input
      const oldRelease = await oldReleaseOf(order, database)
      const beside = { data, oldRelease: alsoShown(null, oldRelease).oldRelease }
      const asked = { directory: order.directory, settings: database.migrations, files, beside }
      try {
        return await access.ask(database, (target) => lookAtRehearsals(target, asked))
      } catch (error) {
        if (error instanceof ApplicationFailure) return { state: 'away', why: error.message.slice(0, 500) }
        throw error
      }
    },
  }
}

async function toldOf({
  order,
  repository,
  release,
  layout,
  database,
  ...rest
}: RehearseInput): Promise<RehearsalOrder> {
  const { data = null, timeoutMs = defaultTimeoutMs } = database.rehearsal ?? {}
  return {
    deployment: order.deployment,
    directory: order.directory,
    settings: toldSettings(database.migrations),
    repository: repository.location,
    commit: release.commit,
    build: layout.build.map((command) => [...command]),
    data,
    oldRelease: await oldReleaseOf(order, database),
    timeoutMs,
    for: rest.for,
  }
}

/** What is asked of the release that is live now. */
async function oldReleaseOf(
  { directory }: Pick<HostOrder, 'directory'>,
  { url, rehearsal }: DatabasePlan,
): Promise<RehearsalOrder['oldRelease']> {
  const { queries = [], command } = rehearsal?.oldRelease ?? {}
  const records = await readJson(hostPaths(directory).records, parseRecords)
  const [variable, ...others] = referencedNames(url)
  return {
    queries: [...queries],
    command: command ? [...command] : null,
    directory: records?.[0]?.releaseDirectory ?? null,
    variable: others.length === 0 && variable && url === `\${env:${variable}}` ? variable : null,
  }
}

/** As the configuration has it where nothing is said. */
const defaultTimeoutMs = 600_000

function answerIn(result: StepResult, deployment: string): RehearsalAnswer {
  const { answer, failure } = reportOf(result.report)
  const parsed = rehearsalAnswer.safeParse(answer)
  if (parsed.success) return parsed.data
  const why = result.outcome === 'timed_out' ? tookTooLong : (failure ?? endOf(result))
  const all = `${why}; all of it: belay logs ${deployment} rehearse`
  throw result.outcome === 'interrupted' ? retryable(why) : invalid(all)
}

/** Its own last words are only that it was ended. */
const tookTooLong = 'the rehearsal timed out: database.rehearsal.timeout says how long it may take'

function endOf(result: StepResult): string {
  const last = lastWords(result).replace(/\s+/g, ' ').trim()
  return `the rehearsal ${endWords(result)}${last === '' ? ', and had printed nothing' : `: ${last}`}`
}

function retryable(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.databaseAway, message })
}

function reportOf(report: unknown): { answer: unknown; failure: string | null } {
  if (typeof report !== 'object' || report === null) return { answer: null, failure: null }
  const answer = 'answer' in report ? report.answer : null
  const failure = 'failure' in report ? report.failure : null
  const said = typeof failure === 'object' && failure !== null && 'message' in failure ? String(failure.message) : null
  return { answer, failure: said }
}

/** What travels to the workflow: a history has room for a few kilobytes a step, not for a schema. */
function bounded(answer: RehearsalAnswer): RehearsalAnswer {
  if (answer.state === 'refused') return { ...answer, message: answer.message.slice(0, 2_000) }
  if (answer.state !== 'rehearsed') return answer
  const migrations = answer.rehearsal.migrations.map((migration) => ({
    ...migration,
    up: { ...migration.up, message: cut(migration.up.message) },
    down: { ...migration.down, difference: few(migration.down.difference), message: cut(migration.down.message) },
    again: { ...migration.again, difference: few(migration.again.difference), message: cut(migration.again.message) },
    loses: few(migration.loses),
    warnings: migration.warnings.slice(0, 20),
  }))
  return { ...answer, rehearsal: { ...answer.rehearsal, migrations } }
}

function few(lines: readonly string[]): string[] {
  return lines.slice(0, 10).map((line) => line.slice(0, 200))
}

function cut(message: string | null): string | null {
  return message === null ? null : message.slice(0, 500)
}
