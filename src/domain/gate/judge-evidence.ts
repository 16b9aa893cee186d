import type { ItemState } from '../checklist.ts'
import type { Plan } from '../plan.ts'
import type { Answer, Provider, Said } from './provider.ts'

/**
 * What the answers of an item mean together; one for each provider but a person, in their order. `any`: one yes is
 * enough, else a person may sign where one is named. `all`: one no is a no, whatever else is still being made; a person
 * signs once the others have said yes. `said`: the answers that made it so.
 */
export function judgeEvidence(
  { need, providers }: { need: 'any' | 'all'; providers: readonly Provider[] },
  answers: readonly Answer[],
): { state: Extract<ItemState, 'passed' | 'failed' | 'open' | 'running'>; said: readonly Answer[] } {
  const person = providers.some(({ kind }) => kind === 'sign_off')
  const pending = answers.filter((answer) => answer.pending)
  const good = answers.filter(({ ok }) => ok)
  const bad = answers.filter((answer) => !answer.ok && !answer.pending)
  if (need === 'any') {
    if (good.length > 0) return { state: 'passed', said: good }
    if (person) return { state: 'open', said: answers }
    return pending.length > 0 ? { state: 'running', said: pending } : { state: 'failed', said: bad }
  }
  if (bad.length > 0) return { state: 'failed', said: bad }
  if (pending.length > 0) return { state: 'running', said: pending }
  return { state: person ? 'open' : 'passed', said: good }
}

/** Where names are proven, a yes in a name that nobody proved is a no, and says so. */
export function counted<S extends Said>(said: S, { identity, environment }: Pick<Plan, 'identity' | 'environment'>): S {
  if (identity !== 'ssh' || !said.ok || !said.claimed) return said
  const detail = `claimed, not proven, and ${environment} demands proven names (identity: ssh); it said: ${said.detail}`
  const next = 'let somebody sign it with their SSH key (belay sign), or ask a provider that proves who it was'
  return { ...said, ok: false, detail: detail.slice(0, 300), next }
}
