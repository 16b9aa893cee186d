import { preItems } from '../../src/domain/checklist.ts'
import { broken, type Finding } from '../../src/domain/gate/finding.ts'
import { judgeEvidence } from '../../src/domain/gate/judge-evidence.ts'
import { isReadOnly } from '../../src/domain/gate/provider.ts'
import { type Run, tick } from '../run.ts'
import { ask, askedOf } from './evidence.ts'

/**
 * Asks again whatever only reads and had said yes: a check that turned red, or an approval that was taken back, refuses
 * the release. What a command found stands for its commit, and what a person signed or claimed is theirs.
 */
export async function evidenceStillHolds(run: Run): Promise<Finding[]> {
  return (await Promise.all(preItems.map((item) => stillHolds(run, item)))).flat()
}

async function stillHolds(run: Run, item: (typeof preItems)[number]): Promise<Finding[]> {
  const [how, record] = [run.plan.gate.items[item], run.items.get(`pre.${item}`)]
  if (how.by !== 'evidence' || record?.state !== 'passed' || !record.answers) return []
  const asked = askedOf(how)
  const before = record.answers.slice(0, asked.length)
  const bySomethingElse = before.every(({ ok }) => !ok) || before.some(({ ok }, at) => ok && !again(asked[at]))
  if (how.need === 'any' && bySomethingElse) return []
  const answers = await Promise.all(
    before.map((answer, index) => {
      const provider = asked[index]
      return provider && again(provider) ? ask(run, item, provider, index) : answer
    }),
  )
  const { state, said } = judgeEvidence({ need: how.need, providers: asked }, answers)
  if (state === 'passed') return []
  const detail = `it held before the wait, now: ${said.map((answer) => answer.detail).join('; ')}`
  tick(run, record.item, {
    state: 'failed',
    detail,
    via: 'belay',
    answers: [...answers, ...record.answers.slice(asked.length)],
  })
  return [broken(record.item, detail, { next: said.find(({ next }) => next)?.next ?? null })]
}

function again(provider: ReturnType<typeof askedOf>[number] | undefined): boolean {
  return provider !== undefined && isReadOnly(provider)
}
