import { type ItemAnswer, type PreItem, preItems } from '../checklist.ts'
import { isReadOnly, runsSomething } from '../gate/provider.ts'
import type { Plan } from '../plan.ts'

/**
 * The same plan with every command left open, as if a person had to answer: looking ahead runs nothing. Checks that are
 * commands are none of the gate's either.
 */
export function withoutCommands(plan: Plan): Plan {
  const { items } = plan.gate
  const open: Record<PreItem, ItemAnswer> = { ...items }
  for (const item of preItems) open[item] = leftOpen(items[item])
  return { ...plan, gate: { ...plan.gate, items: open } }
}

function leftOpen(answer: ItemAnswer): ItemAnswer {
  if (answer.by === 'command') return { by: 'sign_off', acceptClaim: answer.acceptClaim }
  if (answer.by !== 'evidence' || !answer.providers.some(runsSomething)) return answer
  const read = answer.providers.filter(isReadOnly)
  return { ...answer, providers: [...read, { kind: 'sign_off' }] }
}
