import type { Environment } from './client.ts'
import { Usage } from './errors.ts'

/** What is asked for under a request id: one CI job may deploy and then roll back. */
export type Wanted =
  | { kind: 'deployment'; version: string; commit: string }
  | { kind: 'drill'; version: string; commit: string }
  | { kind: 'rollback'; to: string | null; only: 'all' | 'database' | 'configuration' }

/**
 * What the memo of a run keeps: the same id for the same thing is the same request. Throws {@link Usage} for an id that
 * is empty, longer than 200 characters or not printable ASCII.
 */
export function requestKey(id: string, wanted: Wanted): string {
  if (!/^[\x21-\x7e]{1,200}$/.test(id)) {
    throw new Usage('request id: expected 1 to 200 printable ASCII characters without spaces')
  }
  switch (wanted.kind) {
    case 'deployment':
      return `${id} deploy ${wanted.version} ${wanted.commit}`
    case 'drill':
      return `${id} drill ${wanted.version} ${wanted.commit}`
    case 'rollback':
      return `${id} rollback ${wanted.only} ${wanted.to ?? 'the release before'}`
  }
}

/**
 * The request id that a CI job stands for: a step of it that is run again asks for the same thing. A job that is run
 * again by a person has a new one. null: not in a CI that is known here.
 */
export function ciRequestId(environment: Environment = process.env): string | null {
  const { GITHUB_ACTIONS, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT = '1', GITHUB_JOB, CI_JOB_ID } = environment
  if (GITHUB_ACTIONS === 'true' && GITHUB_RUN_ID) {
    return ['github', GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, ...(GITHUB_JOB ? [GITHUB_JOB] : [])].join('.')
  }
  return CI_JOB_ID ? `gitlab.${CI_JOB_ID}` : null
}
