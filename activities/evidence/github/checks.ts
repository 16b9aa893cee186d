import { z } from 'zod'
import { judgeChecks, type RemoteCheck } from '../../../src/domain/gate/github-checks.ts'
import type { Provider, Said } from '../../../src/domain/gate/provider.ts'
import type { GitHub } from './api.ts'
import { badRequest } from './refusals.ts'

/** Asks how the commit statuses and the check runs of the commit stand. Reads only. */
export async function checks(
  github: GitHub,
  commit: string,
  { api, repository, required }: Extract<Provider, { kind: 'github_checks' }>,
): Promise<Said> {
  const runs = await github.all(`commits/${commit}/check-runs?filter=latest`, checkRuns, (page) => page.check_runs)
  const statuses = await github.all(`commits/${commit}/status`, combined, (page) => {
    ofCommit(commit, page.sha)
    return page.statuses
  })
  for (const { head_sha } of runs) ofCommit(commit, head_sha)
  return judgeChecks(required, [...runs.map(fromRun), ...statuses.map(fromStatus)], pageOf(api, repository, commit))
}

/** What another commit's checks say is no evidence, whoever mixed them up. */
function ofCommit(expected: string, got: string): void {
  if (got === expected) return
  throw badRequest(`expected checks of ${expected.slice(0, 12)}, got those of ${got.slice(0, 12)}`)
}

function fromRun({ name, status, conclusion, html_url }: z.infer<typeof checkRun>): RemoteCheck {
  const word = status === 'completed' ? (conclusion ?? 'no conclusion') : status
  return { name, state: status === 'completed' ? stateOf(word) : 'pending', word, link: html_url ?? null }
}

function fromStatus({ context, state, target_url }: z.infer<typeof commitStatus>): RemoteCheck {
  return {
    name: context,
    state: state === 'pending' ? 'pending' : stateOf(state),
    word: state,
    link: target_url || null,
  }
}

function stateOf(word: string): RemoteCheck['state'] {
  if (word === 'success') return 'success'
  return word === 'skipped' || word === 'neutral' ? 'skipped' : 'failure'
}

/** For people: the web page beside the API. */
function pageOf(api: string, repository: string, commit: string): string {
  const web = api === 'https://api.github.com' ? 'https://github.com' : api.replace(/\/api\/v3\/?$/, '')
  return `${web}/${repository}/commit/${commit}`
}

const checkRun = z.object({
  name: z.string(),
  head_sha: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
})
const checkRuns = z.object({ check_runs: z.array(checkRun) })

const commitStatus = z.object({ context: z.string(), state: z.string(), target_url: z.string().nullish() })
const combined = z.object({ sha: z.string(), statuses: z.array(commitStatus) })
