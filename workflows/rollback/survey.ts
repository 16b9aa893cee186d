import type { HostState } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { RollbackSurvey } from '../../src/domain/rollback/words.ts'
import { inspect } from '../hosts/inspect.ts'
import { openRun } from '../run/open-run.ts'
import { messageOf } from '../run/trouble.ts'
import { resolveTargets } from './targets.ts'

/** `waiting`: the deployment that would end first, and gives back what it has claimed; null: none waits. */
export type SurveyRequest = { plan: Plan; to: string | null; waiting: string | null }

/** What a rollback would take off and bring back, as the hosts say it now. Reads only. */
export async function surveyRollback({ plan, to, waiting }: SurveyRequest): Promise<RollbackSurvey> {
  const run = openRun(plan, 'rollback')
  const asked = plan.hosts.map(async (host): Promise<[string, HostState]> => {
    const state = await inspect(run, host, `what ${host} runs and has kept`)
    return [host, state.claim?.deployment === waiting ? { ...state, claim: null } : state]
  })
  const states = new Map(await Promise.all(asked))
  const [state] = [...states.values()]
  const live = state?.records[0]?.release ?? null
  const unfinished = state?.claim?.deployment ?? null
  try {
    const request = { plan, to, only: 'all', by: plan.performer, reason: 'only looks' } as const
    const [target] = [...(await resolveTargets(run, request, states)).values()]
    return { live, unfinished, target: target?.record?.release ?? null, problem: null }
  } catch (error) {
    return { live, unfinished, target: null, problem: messageOf(error) }
  }
}
