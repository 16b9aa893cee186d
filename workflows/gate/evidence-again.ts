import { type PreItem, preItems } from '../../src/domain/checklist.ts'
import { judgeEvidence } from '../../src/domain/gate/judge-evidence.ts'
import { goesStale } from '../../src/domain/gate/provider.ts'
import type { Run } from '../run/run.ts'
import { askedOf, renewed } from './evidence.ts'
import { putItem } from './ignoring.ts'

/**
 * Asks again whatever only reads and had said yes: a check that turned red, or an approval that was taken back, fails
 * its item. A rehearsal is asked too: it answers at once while it binds. What a command found stands for its commit, and what a person signed or claimed is theirs.
 */
export async function evidenceStillHolds(run: Run): Promise<void> {
  await Promise.all(preItems.map((item) => stillHolds(run, item)))
}

async function stillHolds(run: Run, item: PreItem): Promise<void> {
  const [how, record] = [run.plan.gate.items[item], run.items.get(`pre.${item}`)]
  if (how.by !== 'evidence' || record?.state !== 'passed' || !record.answers) return
  const asked = askedOf(how)
  const before = record.answers.slice(0, asked.length)
  // Something else answered it, and no provider was asked.
  if (asked.some(({ kind }, at) => before[at]?.provider !== kind)) return
  const bySomethingElse = before.every(({ ok }) => !ok) || before.some(({ ok }, at) => ok && !isAskedAgain(asked[at]))
  if (how.need === 'any' && bySomethingElse) return
  const answers = await renewed(run, item, how, before, (_, provider) => goesStale(provider))
  const { state, said } = judgeEvidence({ need: how.need, providers: asked }, answers)
  if (state === 'passed') return
  const detail = `it held before the wait, now: ${said.map((answer) => answer.detail).join('; ')}`
  putItem(run, record.item, {
    state: 'failed',
    detail,
    via: 'belay',
    answers: [...answers, ...record.answers.slice(asked.length)],
  })
}

function isAskedAgain(provider: ReturnType<typeof askedOf>[number] | undefined): boolean {
  return provider !== undefined && goesStale(provider)
}
