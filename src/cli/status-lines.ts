import { type ItemRecord, isOutsideLists, overrideItem } from '../domain/checklist.ts'
import { changesLine } from '../domain/gate/changes-text.ts'
import { ignoredLine } from '../domain/gate/ignored.ts'
import { onCallWords } from '../domain/gate/on-call.ts'
import { differencesOf } from '../domain/gate/open-differences.ts'
import { holdLines } from '../domain/holds.ts'
import { nameWords } from '../domain/item-words.ts'
import { sampleLine, words } from '../domain/reason.ts'
import type { RunStatus } from '../domain/status.ts'
import { openItems } from '../domain/waiting.ts'
import type { EnvironmentStatus } from '../history/environment.ts'
import type { EnvironmentNow } from './environments-now.ts'
import { eventLine } from './follow/event-line.ts'
import { nextLine } from './follow/leave.ts'

/** `now` null: no worker answers for the run. */
export type Looked = { open: boolean; now: RunStatus | null }

/** A release that was adopted, or deployed by hand, is of record without any run. */
export function neverRunLine(environment: string, record: EnvironmentStatus | null): string {
  const known = typeof record?.versionOfRecord === 'object' && record.versionOfRecord !== null
  const what = known ? 'Belay has deployed nothing here yet' : 'nothing was ever deployed'
  return `${environment}: ${what}. Next: belay deploy <version> --env ${environment}`
}

/** The latest run for people: what it is doing, what it waits for, its items and checks. */
export function runLines(environment: string, { open, now }: Looked): string[] {
  if (now === null) {
    return [
      `${environment}: ${open ? 'a run is open' : 'there was a run'}, but no worker answers for it. Next: belay worker`,
    ]
  }
  const next = open ? nextLine(now) : null
  return [
    headline(environment, now),
    ...(!open && now.outcome === null
      ? [`  ended without an outcome (terminated?). Next: look at the hosts, then belay rollback ${environment}`]
      : []),
    ...(now.wayBackMs ? [`  way back proven in ${words(now.wayBackMs)}`] : []),
    ...(now.why ? [`  why: ${now.why}`] : []),
    ...(now.ignoredSafeties ?? []).map(
      (safety) => `  IGNORED SAFETY ${ignoredLine(safety, now.performer, now.performerProven)}`,
    ),
    ...(now.waitingFor ? [`  WAITS since ${now.waitingFor.since}: ${now.waitingFor.text}`] : []),
    ...(now.changes ? [`  changes ${changesLine(now.changes)}`] : []),
    ...differencesOf(now.changes, openItems(now), mostLines).flatMap(({ title, lines }) => [
      `  ${title}`,
      ...lines.map((line) => `    ${line}`),
    ]),
    ...(now.onCall ? [`  on call: ${onCallWords(now.onCall)}`] : []),
    ...(now.windowEndsAt ? [`  window ends ${now.windowEndsAt}`] : []),
    ...now.items.map(itemLine),
    ...now.samples.map((sample) => `  ${sample.verdict.padEnd(15)}${sampleLine(sample)}`),
    ...now.events.slice(-5).map((event) => `  ${eventLine(event)}`),
    ...(open && now.outcome !== null && now.unrecorded > 0
      ? [`  history lagging: ${now.unrecorded} records not written yet`]
      : []),
    ...(next === null ? [] : [`  ${next}`]),
    ...(!open && now.outcome !== null && now.outcome !== 'SUCCESS' && !now.wayBackMs
      ? [`  Next: belay explain ${environment}`]
      : []),
  ]
}

/** A screen holds about this much beside the items. */
const mostLines = 20

/** What the history knows beside the run: version of record, and what stops the next deployment. */
export function recordLines(environment: string, record: EnvironmentNow | null): string[] {
  if (record === null) return []
  return [
    `  version of record: ${versionWords(environment, record.versionOfRecord)}`,
    ...holdLines(environment, record).map((line) => `  ${line}`),
  ]
}

function headline(environment: string, now: RunStatus): string {
  const { version, commit } = now.release
  // A rollback by hand names no release until it knows which one it takes off.
  const what = /^0+$/.test(commit) ? now.startedAs : `${titles[now.startedAs]} ${version} (${commit.slice(0, 12)})`
  return `${environment}: ${now.outcome ?? now.phase}  ${what} by ${nameWords(now.performer, now.performerProven)}  ${now.deployment}`
}

const titles = { deployment: 'deployment of', rollback: 'rollback from', drill: 'drill of' } as const

function itemLine(item: ItemRecord): string {
  const by = item.by ? `${item.by}${item.claimed ? ' (claimed)' : ''}` : item.detail
  const confirmed = item.item === overrideItem && item.by ? `${by}: ${item.detail}` : item.detail
  const who = isOutsideLists(item.item) ? confirmed : by
  return `  ${item.state.padEnd(15)}${item.item.padEnd(38)} ${who}`
}

function versionWords(environment: string, version: EnvironmentStatus['versionOfRecord']): string {
  if (version === null) return 'none'
  if (version === 'unknown') return `unknown. Next: belay check ${environment}, belay history ${environment}`
  return `${version.version} (${version.commit.slice(0, 12)}) since ${version.at}, deployment ${version.deployment}`
}
