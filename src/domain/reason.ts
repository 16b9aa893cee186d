import type { Sample } from './check.ts'
import { moment } from './gate/moment.ts'
import type { EnvironmentLock } from './host.ts'
import { lockHolder, type Who, whoWords } from './identity/who.ts'
import { oneLine } from './one-line.ts'

/** Why a run did not simply succeed: data first. The words are made here and nowhere else, for CLI, history and UI. */
export type Reason =
  | { kind: 'gate'; items: readonly Unanswered[] }
  /** `approvals`: how many of them came, `1 of 2: ann@example.com (claimed)`; absent: enough, or none were asked for.
   *  `unfinished`: evidence that had not answered by then either, in words. */
  | {
      kind: 'gate_expired'
      items: readonly string[]
      withinMs: number
      approvals?: string
      unfinished?: readonly string[]
    }
  | { kind: 'preparation_failed'; step: string; host: string | null; message: string }
  | { kind: 'step_failed'; step: string; host: string | null; message: string }
  | { kind: 'not_verified'; samples: readonly Sample[] }
  | { kind: 'not_proven'; what: string; host: string; detail: string }
  | { kind: 'fell_ill'; check: string; samples: readonly Sample[]; afterMs: number }
  | { kind: 'no_data'; check: string; missingMs: number }
  | ({ kind: 'rejected'; item: string; reason: string } & Who)
  | { kind: 'sign_off_expired'; items: readonly string[]; withinMs: number }
  | ({ kind: 'aborted'; reason: string } & Who)
  | ({ kind: 'superseded'; version: string } & Who)
  | ({ kind: 'rollback_requested'; reason: string } & Who)
  | { kind: 'locked'; lock: EnvironmentLock }
  | { kind: 'blocked'; version: string; reason: string }
  | { kind: 'tag_moved'; tag: string; expected: string; got: string }
  | { kind: 'history_away'; message: string }
  | { kind: 'reset'; host: string }

/** What does not hold at the gate: `next` is the command that helps, `allowedAt` when the calendar allows it. */
export type Unanswered = { item: string; why: string; next?: string; allowedAt?: string }

const kinds: Readonly<Record<Reason['kind'], true>> = {
  gate: true,
  gate_expired: true,
  preparation_failed: true,
  step_failed: true,
  not_verified: true,
  not_proven: true,
  fell_ill: true,
  no_data: true,
  rejected: true,
  sign_off_expired: true,
  aborted: true,
  superseded: true,
  rollback_requested: true,
  locked: true,
  blocked: true,
  tag_moved: true,
  history_away: true,
  reset: true,
}

/** A reason that was written down as JSON, by this version or another: null where its kind is not known here. */
export function readReason(value: unknown): Reason | null {
  return isReason(value) ? value : null
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'kind' in value && Object.hasOwn(kinds, String(value.kind))
}

/** One line, at most 65 characters where its own words allow it: the failure chip in the Temporal UI shows no more. */
export function reasonLine(reason: Reason): string {
  switch (reason.kind) {
    case 'gate':
      return reason.items.length === 1
        ? `${reason.items[0]?.item}: ${reason.items[0]?.why}`
        : `${reason.items.length} things stand in the way: ${reason.items.map((item) => item.item).join(', ')}`
    case 'gate_expired':
      return `not signed within ${words(reason.withinMs)}: ${reason.items.join(', ')}${approvalsWords(reason.approvals)}${unfinishedWords(reason.unfinished)}`
    case 'preparation_failed':
    case 'step_failed':
      // It says itself which host it asked, and what it found there.
      if (reason.step === 'resolveTarget') return firstLine(reason.message)
      return `${reason.step}${reason.host ? ` on ${reason.host}` : ''} failed: ${firstLine(reason.message)}`
    case 'not_verified':
      return `health check failed: ${reason.samples.map(sampleLine).join('; ')}`
    case 'not_proven':
      return `${reason.what} not proven on ${reason.host}: ${firstLine(reason.detail)}`
    case 'fell_ill':
      return `${lastSample(reason.samples, reason.check)}, ${words(reason.afterMs)} into the window`
    case 'no_data':
      return `${reason.check}: no data for ${words(reason.missingMs)} of the window`
    case 'rejected':
      return `${reason.item} refused by ${whoWords(reason)}: ${firstLine(reason.reason)}`
    case 'sign_off_expired':
      return `not signed within ${words(reason.withinMs)}: ${reason.items.join(', ')}`
    case 'aborted':
      return `aborted by ${whoWords(reason)}: ${firstLine(reason.reason)}`
    case 'superseded':
      return `superseded by ${reason.version}, which ${whoWords(reason)} deploys`
    case 'rollback_requested':
      return `rollback asked for by ${whoWords(reason)}: ${firstLine(reason.reason)}`
    case 'locked':
      return `locked by ${lockHolder(reason.lock)} since ${reason.lock.since}: ${firstLine(reason.lock.reason)}`
    case 'blocked':
      return `${reason.version} is blocked, it was rolled back: ${whyRolledBack(reason.reason)}`
    case 'tag_moved':
      return `tag ${reason.tag} moved: expected ${short(reason.expected)}, got ${short(reason.got)}`
    case 'history_away':
      return `the history database does not answer: ${firstLine(reason.message)}`
    case 'reset':
      return `this run was reset; ${reason.host} refuses its orders`
  }
}

/** `; 1 of 2 approvals: ann@example.com (claimed)` */
function approvalsWords(approvals: string | undefined): string {
  return approvals === undefined ? '' : `; ${approvals.replace(/^(\d+ of \d+)/, '$1 approvals')}`
}

/** `; nor answered: pre.tests_passing: not finished: unit: in_progress` */
function unfinishedWords(unfinished: readonly string[] | undefined): string {
  return unfinished === undefined ? '' : `; nor answered: ${unfinished.join('; ')}`
}

/** The lines under the first: everything known, one fact a line. */
export function reasonDetails(reason: Reason): string[] {
  switch (reason.kind) {
    case 'gate':
      return reason.items.length === 1 ? reason.items.flatMap(helpOf) : reason.items.map(unansweredLine)
    case 'not_verified':
    case 'fell_ill':
      return reason.samples.flatMap((sample) => [
        sampleLine(sample),
        ...sample.reason.evidence.map((line) => `  ${line}`),
      ])
    case 'preparation_failed':
    case 'step_failed':
      return bothEnds(reason.message.split('\n'))
    default:
      return []
  }
}

function unansweredLine(unanswered: Unanswered): string {
  return [`${unanswered.item}: ${unanswered.why}`, ...helpOf(unanswered)].join('; ')
}

/** What the line that says why does not: empty, or one line. */
function helpOf({ next, allowedAt }: Unanswered): string[] {
  const help = [allowedAt && `allowed again at ${moment(allowedAt)}`, next && `next: ${next}`].filter(Boolean)
  return help.length === 0 ? [] : [help.join('; ')]
}

/** A command that failed says why at its end, Belay at the beginning. */
function bothEnds(lines: readonly string[]): string[] {
  return lines.length <= 20 ? [...lines] : [...lines.slice(0, 1), '…', ...lines.slice(-18)]
}

/** `errors on app-1: expected <= 0.01, got 0.079` */
export function sampleLine(sample: Sample): string {
  const place = sample.host ? ` on ${sample.host}` : ''
  return `${sample.check}${place}: expected ${sample.reason.expected}, got ${sample.reason.got}`
}

/** `10 min`, `1 h 30 min`, `45 s`, `300 ms` */
export function words(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  const seconds = Math.round(durationMs / 1000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean).join(' ')
}

function lastSample(samples: readonly Sample[], check: string): string {
  const last = samples.at(-1)
  return last ? sampleLine(last) : check
}

/** A block's reason is the sentence of the end that caused it: what happened, then why. */
export function whyRolledBack(sentence: string): string {
  const [what = '', why] = sentence.split('\n')
  return (why ?? what).slice(0, 200)
}

function firstLine(text: string): string {
  return oneLine(text.split('\n')[0] ?? '').slice(0, 200)
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
