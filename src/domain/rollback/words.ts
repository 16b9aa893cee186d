import { toNothing } from './plan.ts'

type Named = { version: string; commit: string }

/** What the hosts say before a rollback begins. */
export type RollbackSurvey = {
  /** The version of record; null: there is none. */
  live: Named | null
  /** A deployment that never finished, and is what would be taken back; null: none. */
  unfinished: string | null
  /** null: nothing, what was before the first release. */
  target: Named | null
  /** Why it could not begin; null: it could. */
  problem: string | null
}

/** The deployment that has changed nothing yet, and ends when its environment is rolled back. */
export type WaitingRun = { deployment: string; version: string; phase: string }

type AskedRollback = {
  environment: string
  only: 'all' | 'database' | 'configuration'
  to: string | null
  waiting: WaitingRun | null
  /** null: the hosts were not asked, or did not answer in time. */
  survey: RollbackSurvey | null
}

/** What stands above the question: what ends, what is taken off, what comes back, and what else somebody may mean. */
export function rollbackLines({ environment, only, to, waiting, survey }: AskedRollback): string[] {
  return [
    ...(waiting === null
      ? []
      : [`ENDS       ${waiting.version} (${waiting.deployment}, in phase ${waiting.phase}): it does not go live`]),
    ...changeLines(only, to, survey),
    ...(waiting === null
      ? []
      : [`If only ${waiting.version} is to end and what is live to stay: belay abort ${environment} --reason "..."`]),
  ]
}

export function rollbackQuestion({ environment, only, to, survey }: AskedRollback): string {
  const what = only === 'all' ? 'code, database and configuration' : only
  const from = survey?.live && survey.unfinished === null ? ` from ${survey.live.version}` : ''
  const target = to ?? survey?.target?.version ?? 'the release before'
  return `Roll ${what} of ${environment} back${from} to ${target}${to === toNothing ? ' (the service stops)' : ''}?`
}

function changeLines(only: AskedRollback['only'], to: string | null, survey: RollbackSurvey | null): string[] {
  if (survey === null) return [`TAKEN OFF  what is live; the hosts have not said in time what that is`]
  const { live, unfinished, target } = survey
  const part = only === 'all' ? '' : `only the ${only} of `
  const off = unfinished === null ? `${part}${named(live)}, which is live` : `${unfinished}, which never finished`
  const back = target === null ? nothingWords(to) : `${part}${named(target)}`
  return [`TAKEN OFF  ${off}`, `BACK       ${back}`]
}

function nothingWords(to: string | null): string {
  return to === toNothing ? 'nothing: the service stops' : 'nothing: there was no release before'
}

function named(release: Named | null): string {
  return release === null ? 'nothing' : `${release.version} (${release.commit.slice(0, 12)})`
}
