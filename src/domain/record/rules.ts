import type { Dossier } from '../dossier/dossier.ts'
import { onCallWords } from '../gate/on-call.ts'
import { starterWords } from '../identity/proven-items.ts'
import { lockHolder } from '../identity/who.ts'
import { itemWords, nameWords, when } from '../item-words.ts'
import type { Plan } from '../plan.ts'
import { words } from '../reason.ts'
import { foreign, list } from './foreign.ts'

/** The runbook's rules, each with how it held, or that it was ignored: by whom, and why. */
export function safetyRules(dossier: Dossier): string[] {
  if (dossier.kind !== 'deployment') return []
  const told = (rules: readonly Rule[]) => list(rules.map((rule) => `${rule.words}: ${foreign(rule.held(dossier))}`))
  return ['## Deployment Safety Rules', '### Never Deploy', told(never), '### Always Deploy', told(always)]
}

type Rule = { words: string; held: (dossier: Dossier) => string }

const never: readonly Rule[] = [
  { words: 'Without code review', held: (run) => byItem(run, 'pre.code_reviewed', 'not_applicable:code_reviewed') },
  { words: 'Without tests passing', held: (run) => byItem(run, 'pre.tests_passing', 'not_applicable:tests_passing') },
  { words: 'Without staging verification', held: (run) => byItem(run, 'pre.staging_successful') },
  { words: 'Without rollback plan', held: (run) => byItem(run, 'pre.rollback_plan') },
  { words: 'During peak hours (if avoidable)', held: byCalendar },
  { words: 'Without deployment marker', held: (run) => byItem(run, 'during.marker_created') },
]

const always: readonly Rule[] = [
  { words: 'With deployment marker', held: (run) => byItem(run, 'during.marker_created') },
  { words: 'With health verification', held: (run) => byItem(run, 'during.health_checks_passing', 'no_health_check') },
  { words: 'With rollback plan ready', held: (run) => byItem(run, 'pre.rollback_plan') },
  { words: 'With monitoring active', held: byWindow },
  { words: 'With on-call engineer available', held: byPeople },
]

function byItem(dossier: Dossier, address: string, rule?: string): string {
  const ignored = ignoredWords(dossier, rule)
  if (ignored) return ignored
  const item = dossier.items.find((one) => one.item === address)
  switch (item?.state) {
    case 'passed':
      return `held: ${itemWords(item)}`
    case 'not_applicable':
    case 'ignored':
      return itemWords(item)
    case 'failed':
      return `not fulfilled, so the release was ${dossier.outcome === 'REFUSED' ? 'refused' : 'taken back'}: ${itemWords(item)}`
    default:
      return dossier.outcome === null ? 'open' : 'the run ended before it came to that'
  }
}

function byCalendar(dossier: Dossier): string {
  const { reason, plan, events } = dossier
  const ignored = ignoredAny(dossier, ['peak_hours', 'freeze'])
  if (ignored) return ignored
  const stopped = reason?.kind === 'gate' ? reason.items.filter(({ item }) => holds.has(item)) : []
  if (stopped.length > 0) return `held: refused, ${stopped.map(({ item, why }) => `${item}: ${why}`).join('; ')}`
  const windows = plan?.gate.policy?.peakHours ?? []
  if (windows.length > 0 && events.some((event) => event.data?.phase === 'restore points')) {
    return `held: it began outside of ${windows.map(({ text }) => text).join('; ')}`
  }
  if (reason?.kind === 'locked') return `held: refused, the environment was locked by ${lockHolder(reason.lock)}`
  return 'a person locks the environment for such hours; no lock stood in the way of this release'
}

const holds: ReadonlySet<string> = new Set(['peak_hours', 'freeze', 'lock'])

function byWindow(dossier: Dossier): string {
  const { plan, events } = dossier
  const watched = events.some((event) => event.data?.phase === 'watch')
  const window = plan ? `${words(plan.monitoring.windowMs)}: ${watchedChecks(plan)}` : 'not known'
  const ignored = ignoredAny(dossier, ['short_window', 'empty_watch', 'monitoring_active'])
  if (!watched) return `the run did not come to its monitoring window (${window})`
  return ignored ? `watched for ${window}; ${ignored}` : `held: watched for ${window}`
}

function watchedChecks({ monitoring }: Plan): string {
  return monitoring.checks.map((one) => one.check).join(', ') || 'nothing'
}

/** Where nobody is asked for, who acted is who was there. */
function byPeople(dossier: Dossier): string {
  const { items, onCall, plan } = dossier
  const ignored = ignoredWords(dossier, 'on_call')
  if (ignored) return ignored
  if (onCall) return `held: ${onCallWords(onCall)}, at ${when(onCall.at)}`
  if (plan?.gate.policy?.onCall) return 'nobody was named before the run ended'
  const signers = items.flatMap((item) => (item.by ? [nameWords(item.by, !item.claimed)] : []))
  return `named in this record: ${[...new Set([starterWords(dossier), ...signers])].join(', ')}`
}

/** null: none of them. */
function ignoredAny(dossier: Dossier, rules: readonly string[]): string | null {
  return rules.flatMap((rule) => ignoredWords(dossier, rule) ?? []).join('; ') || null
}

function ignoredWords({ ignored, performer, performerProven }: Dossier, rule?: string): string | null {
  const found = ignored.find((one) => one.rule === rule)
  if (!found) return null
  return `IGNORED (${found.rule}) by ${found.by === performer ? nameWords(found.by, performerProven) : found.by}: ${found.reason}`
}
