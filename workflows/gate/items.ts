import { type ItemAnswer, type PreItem, preItems } from '../../src/domain/checklist.ts'
import { isAskedInDrill } from '../../src/domain/drill.ts'
import { subjectOf } from '../../src/domain/gate/reviewed.ts'
import { act, anywhere } from '../proxies.ts'
import type { Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { askProviders } from './evidence.ts'
import { ignoreItems, putItem } from './ignoring.ts'
import { markerReady } from './marker-ready.ts'
import { answerUnchanged } from './unchanged.ts'
import { type WayBack, wayBack } from './way-back.ts'

/**
 * The eight items, side by side: answered by a claim, by there being no difference or by evidence at once, or left open
 * for people. `changes`: until then nobody knows whether there is a difference.
 */
export async function answerItems(run: Run, changes: Promise<unknown>): Promise<void> {
  const asked = preItems.filter((item) => run.startedAs !== 'drill' || isAskedInDrill(`pre.${item}`))
  await Promise.all(
    asked.map(async (item) => {
      if (subjectOf(`pre.${item}`) !== null) await changes
      await answerItem(run, item)
    }),
  )
  ignoreItems(run)
}

export async function answerItem(run: Run, item: PreItem): Promise<void> {
  const how = run.plan.gate.items[item]
  const claim = run.plan.claims.find((candidate) => candidate.item === item)
  if (claim && 'acceptClaim' in how && how.acceptClaim) {
    const { by, url: link } = claim
    putItem(run, `pre.${item}`, {
      state: 'passed',
      how: 'claim',
      by,
      claimed: run.performer?.holds !== true,
      via: 'start',
      link,
    })
    return
  }
  if (how.by !== 'not_applicable' && answerUnchanged(run, item)) return
  try {
    await askFor(run, item, how)
  } catch (error) {
    putItem(run, `pre.${item}`, { state: 'failed', via: 'belay', detail: messageOf(error) })
  }
}

async function askFor(run: Run, item: PreItem, how: ItemAnswer): Promise<void> {
  switch (how.by) {
    case 'sign_off':
    case 'not_applicable':
      return
    case 'evidence':
      return await askProviders(run, item, how)
    case 'command':
      return answered(run, item, await byCommand(run, item, how))
    case 'belay':
      return answered(run, item, await (item === 'rollback_plan' ? wayBack(run) : markerReady(run)))
    case 'check':
      return answered(run, item, {
        ok: false,
        detail: `a pre-deployment item cannot be answered by check ${how.check}`,
      })
  }
}

function answered(run: Run, item: PreItem, { ok, ...said }: WayBack): void {
  putItem(run, `pre.${item}`, { ...said, state: ok ? 'passed' : 'failed', via: 'belay' })
}

async function byCommand(run: Run, item: PreItem, how: Extract<ItemAnswer, { by: 'command' }>) {
  const { repository, release, deployment } = run.plan
  const row = { id: `evidence:${item}`, summary: `${item}: ${how.command.join(' ')}` }
  const order = { deployment, item, repository, release, command: how.command, timeoutMs: how.timeoutMs }
  return await act(anywhere('patient', how.timeoutMs).answerByCommand, row, order)
}
