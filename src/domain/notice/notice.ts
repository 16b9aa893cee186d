import type { RunEnd } from '../end/run-end.ts'
import type { OnCall } from '../gate/on-call.ts'
import { decideCommand, signCommand } from '../next-command.ts'
import type { Outcome, StartedAs } from '../outcome.ts'
import type { IgnoredSafety, Plan } from '../plan.ts'
import { referencedNames } from '../reference.ts'
import type { Waiting } from '../status.ts'

/** `ended`: every end of a run. `waiting`: whenever a person is needed, and each time they are reminded. */
export const noticeKinds = ['ended', 'waiting'] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Where notices go. Address and secret hold `${env:NAME}` references, resolved where the notice is sent. */
export type Webhook = {
  url: string
  format: 'json' | 'slack'
  /** Signs what is sent as json; null: unsigned. */
  secret: string | null
  on: readonly NoticeKind[]
}

/** `webhook 1 (slack, ${env:SLACK_WEBHOOK_URL})`: which of them, without its address. `index` from 0, in the plan's order. */
export function webhookName({ format, url }: Webhook, index: number): string {
  const names = referencedNames(url).map((name) => `, \${env:${name}}`)
  return `webhook ${index + 1} (${format}${names.join('')})`
}

/** One thing that people are told, as data; the bodies are rendered where it is sent. Plain words, no secrets. */
export type Notice = {
  /** The same for every attempt to tell the same thing, after a reset too: receivers drop what they have seen. */
  key: string
  kind: NoticeKind | 'test'
  /** RFC 3339, UTC. */
  at: string
  service: string
  environment: string
  release: { version: string; commit: string }
  deployment: string
  startedAs: StartedAs
  /** What says it, for a link to its page. */
  run: { workflowId: string; runId: string }
  /** A claim, unless it was proven. */
  performer: string
  /** Who is on call for it, where somebody was asked for; absent or null: nobody, or not yet. */
  onCall?: OnCall | null
  performerProven?: true
  outcome: Outcome | null
  /** What the environment runs now, where that is known. */
  live: { version: string; commit: string } | null
  /** Several lines, the last one `Next: ...`; made by `end-text.ts` or here. */
  sentence: string
  waiting: NoticeWaiting | null
  /** Absent: started by a worker of an earlier version. */
  ignoredSafeties?: readonly IgnoredSafety[]
}

/** What the run waits for. No `answers`: `items` are to be signed. */
export type NoticeWaiting = Omit<Waiting, 'otherwise'> & {
  items: readonly string[]
  /** The items with what they ask for, e.g. `approval (1 of 2: ...)`; absent: their names say it. */
  asked?: string
  /** What happens at `until`. */
  otherwise: string | null
  /** 0: told for the first time. */
  reminder: number
  /** The hosts refuse every other deployment meanwhile. */
  locked: boolean
}

/** What a run is and when it says so: the frame of each of its notices. */
export type Teller = {
  plan: Pick<Plan, 'service' | 'environment' | 'release' | 'deployment' | 'performer' | 'ignoredSafeties'>
  startedAs: Notice['startedAs']
  performerProven?: boolean
  run: Notice['run']
  at: string
  onCall?: OnCall | null
}

export function endedNotice(teller: Teller, end: Pick<RunEnd, 'outcome' | 'live' | 'sentence'>): Notice {
  const { outcome, live, sentence } = end
  return { ...frame(teller, `ended.${outcome}`), kind: 'ended', outcome, live, sentence }
}

/** `round`: how often this run has asked the same question. */
export function waitingNotice(teller: Teller, waiting: NoticeWaiting, round: number): Notice {
  const reminder = waiting.reminder === 0 ? '' : `.reminder-${waiting.reminder}`
  const key = `waiting.${waiting.question}.${round}${reminder}`
  return { ...frame(teller, key), kind: 'waiting', sentence: waitingText(teller.plan, waiting), waiting }
}

export function testNotice(teller: Teller, by: string): Notice {
  const { environment } = teller.plan
  const sentence = `A test of the notices of ${environment}, asked for by ${by} (claimed); nothing has happened\nNext: belay status ${environment}`
  return { ...frame(teller, 'test'), kind: 'test', sentence }
}

/** The last line of a notice: the command to type, without its `Next: `. */
export function nextOf({ sentence }: Pick<Notice, 'sentence'>): string {
  return (sentence.split('\n').at(-1) ?? '').replace(/^Next: /, '')
}

function frame({ plan, startedAs, run, at, performerProven, onCall = null }: Teller, key: string) {
  const { service, environment, release, deployment, performer, ignoredSafeties } = plan
  const who = { performer, ...(performerProven && ({ performerProven: true } as const)), onCall, ignoredSafeties }
  const about = { service, environment, release, deployment, startedAs, run, ...who }
  return { key: keyOf(deployment, key), at, ...about, outcome: null, live: null, waiting: null }
}

/** A workflow ID and an HTTP header: plain characters, and short of what Temporal takes. */
function keyOf(deployment: string, key: string): string {
  return `notice:${deployment}:${key}`.replace(/[^A-Za-z0-9._:-]/g, '-').slice(0, 400)
}

/** What a command printed may be in it; the command to type comes after it and must be seen. */
const longestText = 2_000

function waitingText({ environment }: Teller['plan'], waiting: NoticeWaiting): string {
  const { answers, items, asked = items.join(', '), text, until, otherwise, reminder, locked } = waiting
  const verb = waiting.offer ? 'does not wait, but asks' : reminder === 0 ? 'waits' : 'still waits'
  const what = answers.length > 0 ? `a decision: ${text.slice(0, longestText)}` : `sign-off: ${asked}`
  return [
    `${environment} ${verb} for ${what}`,
    ...(until === null ? [] : [`until ${until}${otherwise === null ? '' : `, then ${otherwise}`}`]),
    ...(locked ? [`${environment} is locked meanwhile: nobody deploys`] : []),
    `Next: ${answers.length > 0 ? decideCommand(environment, answers) : signCommand(environment, items)}`,
  ].join('\n')
}
