import type { Sample } from '../check.ts'
import { type ItemRecord, isGateItem, isOutsideLists } from '../checklist.ts'
import { answerLines, itemWordsAbove, peopleLines } from '../gate/answer-words.ts'
import { changesLine } from '../gate/changes-text.ts'
import { ignoredLine } from '../gate/ignored.ts'
import { onCallWords } from '../gate/on-call.ts'
import { starterWords, toldWithKeys } from '../identity/proven-items.ts'
import { when } from '../item-words.ts'
import { isLoss, lossLine } from '../migration/loss-words.ts'
import { type Reason, reasonDetails, reasonLine, sampleLine, words } from '../reason.ts'
import { type Dossier, eventsOfRollback, isSchemaKept, turningPoint, type UndoneStep, undoneSteps } from './dossier.ts'
import { type Section, telling } from './section.ts'

/** Why a run ended as it did, for somebody who was not there: what happened, why, what shows it, what became of it. */
export function explain(told: Dossier): { headline: string; sections: Section[] } {
  const dossier = toldWithKeys(told)
  const sections = [
    { title: 'Run', lines: facts(dossier) },
    { title: 'Why', lines: why(dossier) },
    { title: 'Evidence', lines: evidence(dossier) },
    { title: dossier.open ? 'Open on the checklist' : 'Stood in the way on the checklist', lines: items(dossier) },
    { title: 'Answers at the gate', lines: answers(dossier) },
    { title: 'Undone', lines: undone(dossier) },
    { title: 'Not undone', lines: notUndone(dossier) },
    { title: 'Said by people', lines: messages(dossier) },
    { title: 'Ignored safeties', lines: ignoredLines(dossier) },
  ]
  return { headline: headline(dossier), sections: telling(sections) }
}

function headline({ sentence, release, environment, kind, outcome, phase, open }: Dossier): string {
  const [first] = (sentence ?? '').split('\n')
  if (first) return first
  const of = kind === 'drill' ? 'the drill of ' : ''
  const what = kind === 'rollback' ? `the rollback of ${environment}` : `${of}${release.version} on ${environment}`
  if (outcome) return `${what}: ${outcome}`
  return open ? `${what} is still running (${phase ?? 'not verified yet'})` : `${what} ended without an outcome`
}

function facts(dossier: Dossier): string[] {
  const { deployment, service, kind, startedAt, finishedAt, open, toldBy, outcome, wayBackMs = null } = dossier
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null
  const end = finishedAt ? `, ended ${when(finishedAt)}${tookMs === null ? '' : ` after ${words(tookMs)}`}` : ''
  return [
    `${kind} ${deployment} of ${service} by ${starterWords(dossier)}`,
    ...(startedAt ? [`started ${when(startedAt)}${end}`] : []),
    ...(dossier.changes ? [`changes ${changesLine(dossier.changes)}`] : []),
    ...(dossier.onCall ? [`on call: ${onCallWords(dossier.onCall)}`] : []),
    ...(wayBackMs === null ? [] : [`way back proven in ${words(wayBackMs)}`]),
    ...waiting(dossier),
    ...(toldBy === 'run' && !open
      ? ['told by the run itself: its record in the history is not complete, or away']
      : []),
    ...(outcome === null && !open ? ['nothing ran after its end (terminated?): the hosts may be half way'] : []),
  ]
}

function waiting({ waitingFor }: Dossier): string[] {
  if (waitingFor === null) return []
  const until = waitingFor.until ? ` until ${when(waitingFor.until)}` : ''
  return [`waits since ${when(waitingFor.since)}${until}: ${waitingFor.text}`]
}

function why({ reason, why: line, outcome }: Dossier): string[] {
  if (!reason) return line && outcome !== 'SUCCESS' ? [line] : []
  const first = reasonLine(reason)
  if (reason.kind !== 'gate') return [first]
  return reason.items.length === 1
    ? [first, ...reasonDetails(reason)]
    : [`${reason.items.length} things stood in the way:`, ...reasonDetails(reason)]
}

/** What the failing checks measured up to the turn, or the end of what the failing command printed. */
function evidence(dossier: Dossier): string[] {
  const { reason } = dossier
  if (reason?.kind === 'step_failed' || reason?.kind === 'preparation_failed') {
    return reasonDetails(reason).slice(-lastLines)
  }
  if (reason?.kind === 'not_proven') return reason.detail.split('\n').slice(0, lastLines)
  return samplesOf(dossier).flatMap((sample) => [
    sampleWords(sample),
    ...sample.reason.evidence.map((line) => `    ${line}`),
  ])
}

const lastLines = 20
const mostSamples = 8

function samplesOf(dossier: Dossier): Sample[] {
  const { reason, samples, outcome } = dossier
  const checks = failingChecks(reason)
  if (checks.length === 0) return outcome === 'ROLLBACK_FAILED' ? samples.filter(isBad).slice(-mostSamples) : []
  const turn = turningPoint(dossier.events)?.at ?? dossier.finishedAt ?? '9999'
  const before = samples.filter((sample) => checks.includes(sample.check) && sample.at <= turn)
  const known = new Map(
    [...before, ...samplesIn(reason)].map((sample) => [`${sample.check} ${sample.host} ${sample.at}`, sample]),
  )
  return [...known.values()].sort((a, b) => a.at.localeCompare(b.at)).slice(-mostSamples)
}

function failingChecks(reason: Reason | null): string[] {
  if (reason?.kind === 'fell_ill' || reason?.kind === 'no_data') return [reason.check]
  return [...new Set(samplesIn(reason).map((sample) => sample.check))]
}

function samplesIn(reason: Reason | null): readonly Sample[] {
  return reason?.kind === 'fell_ill' || reason?.kind === 'not_verified' ? reason.samples : []
}

function isBad(sample: Sample): boolean {
  return sample.verdict !== 'passed'
}

function sampleWords(sample: Sample): string {
  return `${sample.at.slice(11, 19)}Z  ${sample.verdict.padEnd(12)} ${sampleLine(sample)}`
}

/** Refused and failed ones; and those that a person could have answered and nobody did. */
function items(dossier: Dossier): string[] {
  const { outcome, items: all, events } = dossier
  if (outcome === 'SUCCESS') return []
  const live = events.some((event) => event.data?.phase === 'watch')
  return all
    .filter(
      (item) =>
        item.state === 'failed' || (item.state === 'open' && item.how === 'sign_off' && reached(item.item, live)),
    )
    .map(
      (item) =>
        `${item.item.padEnd(34)} ${item.state === 'open' && !dossier.open ? `never answered${isOutsideLists(item.item) ? ` (${item.detail})` : ''}` : itemWordsAbove(item)}`,
    )
}

/** What or who answered each item: when, about which commit, and where it can be looked up. */
function answers({ items: all }: Dossier): string[] {
  const lines = (item: ItemRecord) => [...answerLines(item), ...peopleLines(item)]
  return all.flatMap((item) => lines(item).map((line) => `${item.item.padEnd(34)} ${line}`))
}

function reached(item: string, live: boolean): boolean {
  return live || isGateItem(item)
}

function undone(dossier: Dossier): string[] {
  const { outcome } = dossier
  const nothing = outcome === 'REFUSED' || outcome === 'ABORTED' || outcome === 'SUPERSEDED'
  if (nothing) return ['nothing: no host and no database was changed']
  return undoneSteps(dossier)
    .filter((step) => step.isNewest && step.state === 'done' && !isSchemaKept(step))
    .map((step) => `${step.step.padEnd(22)} ${step.detail}`)
}

function notUndone(dossier: Dossier): string[] {
  const steps = undoneSteps(dossier).filter((step) => step.isNewest && (step.state === 'failed' || isSchemaKept(step)))
  return steps.flatMap((step) => [`${step.step.padEnd(22)} ${step.detail}`, ...lossesOf(dossier, step)])
}

/** Each value that a revert would have destroyed, with its count. */
function lossesOf(dossier: Dossier, { step, at, detail }: UndoneStep): string[] {
  const data = eventsOfRollback(dossier).find((event) => event.data?.step === step && event.at === at)?.data?.schema
  const losses: unknown = typeof data === 'object' && data !== null && 'losses' in data ? data.losses : []
  const lines = Array.isArray(losses) ? losses.filter(isLoss).map(lossLine) : []
  return lines.filter((line) => !detail.includes(line)).map((line) => `    would have been lost: ${line}`)
}

function messages({ events }: Dossier): string[] {
  return events
    .filter((event) => event.kind === 'message' && event.data !== null && typeof event.data.by === 'string')
    .map((event) => `${event.at.slice(11, 19)}Z  ${event.text}`)
}

export function ignoredLines({
  ignored,
  performer,
  performerProven,
}: Pick<Dossier, 'ignored' | 'performer' | 'performerProven'>): string[] {
  return ignored.map((safety) => ignoredLine(safety, performer, performerProven))
}
