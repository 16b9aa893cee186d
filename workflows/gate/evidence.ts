import type { ItemAnswer, PreItem } from '../../src/domain/checklist.ts'
import type { Answer, Provider } from '../../src/domain/gate/provider.ts'
import { providerWords } from '../../src/domain/gate/provider-words.ts'
import { act, anywhere } from '../proxies.ts'
import { now, type Run, tick } from '../run.ts'
import { messageOf } from '../trouble.ts'
import { askHistory } from './promotion.ts'

type Evidence = Extract<ItemAnswer, { by: 'evidence' }>

/**
 * Asks everything that can answer this item, side by side. `any`: one yes is enough, else a person may sign where one is
 * named. `all`: one no is a no; a person signs once the others have said yes.
 */
export async function askProviders(run: Run, item: PreItem, { need, providers }: Evidence): Promise<void> {
  const asked = providers.filter(({ kind }) => kind !== 'sign_off')
  const answers = await Promise.all(asked.map((provider, index) => ask(run, item, provider, index)))
  const said = answers.filter(({ ok }) => ok === (need === 'any'))
  const open = providers.length > asked.length
  const detail = (said.length > 0 ? said : answers).map((answer) => answer.detail).join('; ')
  const kept = { answers, detail, via: 'belay' } as const
  const passed = need === 'any' ? said.length > 0 : said.length === 0
  if (passed && (need === 'any' || !open))
    tick(run, `pre.${item}`, { ...kept, state: 'passed', ...newest(said, answers) })
  else if (open && (need === 'any' || passed)) tick(run, `pre.${item}`, { ...kept, state: 'open', how: 'sign_off' })
  else tick(run, `pre.${item}`, { ...kept, state: 'failed' })
}

function newest(said: readonly Answer[], answers: readonly Answer[]): { link: string | null } {
  return { link: [...said, ...answers].find(({ link }) => link !== null)?.link ?? null }
}

async function ask(run: Run, item: PreItem, provider: Provider, index: number): Promise<Answer> {
  const { repository, release, deployment } = run.plan
  const row = { id: `evidence:${item}:${index + 1}`, summary: `${item}: ${providerWords(provider)}` }
  const said = { provider: provider.kind, link: null, commit: release.commit, by: null, claimed: false }
  try {
    if (provider.kind === 'promotion') return { ...said, ...(await askHistory(run, row, provider)), at: now() }
    if (provider.kind !== 'command') return { ...said, ok: false, detail: `${provider.kind}: not asked`, at: now() }
    const { command, timeoutMs } = provider
    const order = { deployment, item, repository, release, command, timeoutMs }
    return { ...said, ...(await act(anywhere('patient', timeoutMs).answerByCommand, row, order)), at: now() }
  } catch (error) {
    return { ...said, ok: false, detail: messageOf(error), at: now() }
  }
}
