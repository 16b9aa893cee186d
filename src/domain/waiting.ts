import { type ItemRecord, isGateItem } from './checklist.ts'
import { differencesOf } from './gate/open-differences.ts'
import { nameWords, signWords, when } from './item-words.ts'
import { decideCommand, signCommand } from './next-command.ts'
import { words } from './reason.ts'
import type { RunStatus } from './status.ts'

/** Something that goes on only when a person does something. Times are RFC 3339, UTC. */
export type Wait = {
  kind: 'sign_off' | 'question' | 'half_way' | 'unverified' | 'no_worker'
  service: string
  environment: string
  /** null: no run's. */
  deployment: string | null
  /** What the person sees first, e.g. `1.5.0 by ci@example.com (claimed)`. */
  about: string
  text: string
  items: readonly string[]
  /** What was asked before a person and said no, and what the items to sign are about, in lines; absent: nothing. */
  differences?: readonly string[]
  since: string | null
  until: string | null
  /** What happens at `until`, or without an answer. */
  otherwise: string
  command: string
}

/** What an open run waits for: a decision, or signatures, at the gate and after. */
export function waitsOf(status: RunStatus): Wait[] {
  const { service, environment, deployment, waitingFor, release, performer, performerProven, startedAs } = status
  const what = startedAs === 'rollback' ? 'rollback' : `${startedAs === 'drill' ? 'drill of ' : ''}${release.version}`
  const base = { service, environment, deployment, about: `${what} by ${nameWords(performer, performerProven)}` }
  if (waitingFor && waitingFor.answers.length > 0) {
    const { text, since, until, answers, question } = waitingFor
    const command = decideCommand(environment, answers)
    const unanswered = question === 'window' ? 'it is rolled back' : 'it waits on, and says so again'
    const otherwise = waitingFor.otherwise ?? unanswered
    return [{ ...base, kind: 'question', text, items: [], since, until, otherwise, command }]
  }
  const items = openItems(status)
  if (items.length === 0) return []
  const command = signCommand(environment, items)
  const asked = status.items.filter(({ item }) => items.includes(item))
  const differences = [...refusals(asked), ...differencesFor(status, items)]
  return [
    {
      ...base,
      kind: 'sign_off',
      text: `sign ${signWords(asked)}`,
      items,
      ...(differences.length > 0 && { differences }),
      ...deadline(status),
      command,
    },
  ]
}

/** What was tried first and did not say yes: whoever signs in its place has to know. */
function refusals(asked: readonly ItemRecord[]): string[] {
  return asked.flatMap(({ item, answers = [] }) =>
    answers.filter(({ ok }) => !ok).map(({ provider, detail }) => `${item}: ${provider} says no: ${detail}`),
  )
}

function differencesFor({ changes }: RunStatus, items: readonly string[]): string[] {
  const found = differencesOf(changes, items, mostLines)
  return found.flatMap(({ title, lines }) => [title, ...lines.map((one) => `  ${one}`)])
}

/** Several runs may wait: enough to know what it is about, the rest is in `belay status`. */
const mostLines = 10

/** Of this run, now: before the change what the gate asks, after it the rest. */
export function openItems({ startedAs, phase, outcome, liveSince, items }: RunStatus): string[] {
  if (startedAs === 'rollback' || phase === 'rollback' || outcome !== null) return []
  const atGate = phase === 'gate'
  if (!atGate && liveSince === null) return []
  return items
    .filter((item) => item.how === 'sign_off' && item.state === 'open' && isGateItem(item.item) === atGate)
    .map((item) => item.item)
}

function deadline({ phase, waitingFor, signOff, liveSince }: RunStatus): Pick<Wait, 'since' | 'until' | 'otherwise'> {
  if (phase === 'gate') {
    // It may be signed as soon as it is known to be open; the deadline counts from when nothing else is being asked.
    if (!waitingFor)
      return { since: null, until: null, otherwise: 'its time counts from when the gate has asked the rest' }
    const { since, until } = waitingFor
    return { since, until, otherwise: 'it is refused, and nothing has changed' }
  }
  // It may be signed from the moment it is live; the deadline counts from when watching begins.
  if (!signOff) return { since: liveSince, until: null, otherwise: 'its time counts from when watching begins' }
  const otherwise = signOff.otherwise === 'rollback' ? 'it is rolled back' : 'it waits on'
  return { since: signOff.since, until: signOff.until, otherwise }
}

/** Two or three lines a wait; `now` tells how long ago and how long still. */
export function waitLines(wait: Wait, now: Date): string[] {
  return [
    `${wait.service} ${wait.environment}  ${wait.about}${wait.deployment ? `  ${wait.deployment}` : ''}`,
    `  ${wait.text}`,
    ...(wait.differences ?? []).map((line) => `  ${line}`),
    `  ${[sinceWords(wait, now), untilWords(wait, now)].filter((part) => part !== '').join('; ')}`,
    `  ${wait.command}`,
  ].filter((line) => line.trim() !== '')
}

function sinceWords({ since }: Wait, now: Date): string {
  if (since === null) return ''
  return `since ${when(since)} (${minutes(now.getTime() - Date.parse(since))})`
}

function untilWords({ until, otherwise }: Wait, now: Date): string {
  if (until === null) return otherwise
  const leftMs = Date.parse(until) - now.getTime()
  return `until ${when(until)} (${leftMs > 0 ? `${minutes(leftMs)} left` : 'over'}), then ${otherwise}`
}

/** Whole minutes above one: who waits for hours does not count seconds. */
function minutes(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < 1000) return '0 s'
  return words(ms < 60_000 ? ms : Math.round(ms / 60_000) * 60_000)
}
