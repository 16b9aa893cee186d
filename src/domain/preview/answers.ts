import { type ItemAnswer, type ItemRecord, type ItemState, type PreItem, preItems } from '../checklist.ts'
import { type Provider, runsSomething } from '../gate/provider.ts'
import { providerWords } from '../gate/provider-words.ts'
import type { Plan } from '../plan.ts'
import { answerWords } from '../plan-text.ts'

/** One of the eight items: how it is answered, and what is known of the answer now. */
export type PlannedItem = {
  item: PreItem
  state: ItemState
  /** How it is answered, in words. */
  how: string
  /** What was found; where it is open, what it waits for. */
  detail: string
  /** Commands that will run for it. */
  runs: readonly string[]
  /** A person may, or must, answer it. */
  person: boolean
  /** Where it says no: what helps, and when the calendar allows it. */
  next: string | null
  allowedAt: string | null
}

export function plannedItems(plan: Plan, found: readonly ItemRecord[]): PlannedItem[] {
  return preItems.map((item) =>
    planned(
      item,
      plan.gate.items[item],
      found.find((one) => one.item === `pre.${item}`),
    ),
  )
}

function planned(item: PreItem, answer: ItemAnswer, found: ItemRecord | undefined): PlannedItem {
  const state = found?.state ?? 'open'
  const open = state === 'open'
  const runs = open ? commandsOf(answer) : []
  const person = open && asksPerson(answer)
  const no = (found?.answers ?? []).filter(({ ok }) => !ok)
  return {
    item,
    state,
    how: answerWords(answer),
    detail: open ? openWords(runs, person, found?.detail ?? '') : detailOf(answer, found),
    runs,
    person,
    next: state === 'failed' ? (no.find(({ next }) => next)?.next ?? null) : null,
    allowedAt:
      state === 'failed'
        ? (no
            .flatMap(({ allowedAt }) => allowedAt ?? [])
            .toSorted()
            .at(-1) ?? null)
        : null,
  }
}

function detailOf(answer: ItemAnswer, found: ItemRecord | undefined): string {
  if (found?.how === 'claim') return `claimed by ${found.by} (claimed): ${found.link ?? 'no link'}`
  if (answer.by === 'not_applicable') return answerWords(answer)
  const words = found?.detail || answerWords(answer)
  return found?.state === 'ignored' ? `IGNORED: ${words}` : words
}

function openWords(runs: readonly string[], person: boolean, soFar: string): string {
  const waits = [...runs.map((command) => `will run ${command}`), ...(person ? ['a person signs'] : [])]
  const words = waits.join(runs.length > 0 && person ? ', or ' : ', then ') || 'answered when it runs'
  return soFar === '' ? words : `${words} (so far: ${soFar})`
}

function commandsOf(answer: ItemAnswer): string[] {
  if (answer.by === 'command') return [answer.command.join(' ')]
  return answer.by === 'evidence' ? answer.providers.filter(runsSomething).map(commandWords) : []
}

function commandWords(provider: Provider): string {
  return provider.kind === 'junit' ? (provider.command ?? []).join(' ') : providerWords(provider)
}

function asksPerson(answer: ItemAnswer): boolean {
  if (answer.by === 'sign_off') return true
  return answer.by === 'evidence' && answer.providers.some(({ kind }) => kind === 'sign_off')
}
