import type { ItemAnswer, PreItem } from '../../src/domain/checklist.ts'
import { counted, judgeEvidence } from '../../src/domain/gate/judge-evidence.ts'
import { type Answer, isReadOnly, no, type Provider, type Said } from '../../src/domain/gate/provider.ts'
import { providerWords } from '../../src/domain/gate/provider-words.ts'
import { act, anywhere } from '../proxies.ts'
import { now, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { putItem } from './ignoring.ts'
import { askHistory } from './promotion.ts'
import { askRehearsal } from './rehearsal.ts'

export type Evidence = Extract<ItemAnswer, { by: 'evidence' }>

/**
 * Asks everything that can answer this item, side by side. `any`: one yes is enough, else a person may sign where one is
 * named. `all`: one no is a no; a person signs once the others have said yes.
 */
export async function askProviders(run: Run, item: PreItem, how: Evidence): Promise<void> {
  const answers = await Promise.all(askedOf(how).map((provider, index) => ask(run, item, provider, index)))
  settle(run, item, how, answers)
}

/** Those that are asked, in the order of their answers; a person comes by himself. */
export function askedOf({ providers }: Evidence): readonly Provider[] {
  return providers.filter(({ kind }) => kind !== 'sign_off')
}

/** Asks some of them again; the others' answers stay. */
export async function renewed(
  run: Run,
  item: PreItem,
  how: Evidence,
  answers: readonly Answer[],
  which: (answer: Answer, provider: Provider) => boolean,
): Promise<Answer[]> {
  const asked = askedOf(how)
  const renew = async (answer: Answer, index: number) => {
    const provider = asked[index]
    return provider && which(answer, provider) ? await ask(run, item, provider, index) : answer
  }
  return await Promise.all(answers.map(renew))
}

/** How the item stands with these answers. */
export function settle(run: Run, item: PreItem, how: Evidence, answers: readonly Answer[]): void {
  const { state, said } = judgeEvidence(how, answers)
  const detail = said.map((answer) => answer.detail).join('; ')
  const link = [...said, ...answers].find((answer) => answer.link !== null)?.link ?? null
  putItem(run, `pre.${item}`, {
    state,
    answers,
    detail,
    link,
    via: 'belay',
    ...(state === 'open' && { how: 'sign_off' }),
  })
}

/** One provider's answer; one that cannot answer says no, in its words. */
async function ask(run: Run, item: PreItem, provider: Provider, index: number): Promise<Answer> {
  const { commit } = run.plan.release
  try {
    return { provider: provider.kind, ...counted(await say(run, item, provider, index), run.plan), commit, at: now() }
  } catch (error) {
    return { provider: provider.kind, ...no(messageOf(error)), commit, at: now() }
  }
}

async function say(run: Run, item: PreItem, provider: Provider, index: number): Promise<Said> {
  if (provider.kind === 'sign_off') return no('a person signs')
  const { repository, release, deployment } = run.plan
  const row = { id: `evidence:${item}:${index + 1}`, summary: `${item}: ${providerWords(provider)}` }
  if (provider.kind === 'rehearsal') return await askRehearsal(run, row)
  if (provider.kind === 'promotion') return { ...no(''), ...(await askHistory(run, row, provider)) }
  const order = { deployment, item, index: index + 1, provider, repository, release }
  const promise = isReadOnly(provider) ? anywhere('probe') : anywhere('patient', longestMs(provider))
  return await act(promise.askProvider, row, order)
}

function longestMs(provider: Provider): number {
  return 'timeoutMs' in provider ? provider.timeoutMs : 0
}
