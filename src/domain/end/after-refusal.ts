import { moment } from '../gate/moment.ts'
import type { Reason, Unanswered } from '../reason.ts'

/** A run that changed nothing, and why. */
export type Refusal = {
  reason: Reason | null
  environment: string
  version: string
  deployment: string
  /** What starts it again; absent: a deployment. */
  again?: string
}

/** What to do before the release is deployed again, in words with the commands in them. */
export function afterRefusal(refused: Refusal): string {
  const { reason, environment, version } = refused
  const again = `then ${againOf(refused)}`
  switch (reason?.kind) {
    case 'locked':
      if (reason.lock.until !== null) return `${whenOver(refused, reason.lock.until)}, or belay unlock ${environment}`
      return `belay status ${environment} (who holds it, until when), ${again}`
    case 'blocked':
      return `belay clear ${environment} ${version} --reason "...", ${again}`
    case 'history_away':
      return `belay doctor, ${again}`
    case 'gate':
      return afterGate(refused, reason.items)
    case 'gate_expired':
      return `find who signs ${reason.items.join(', ')}, ${again}`
    default:
      return `${logsFirst(refused)}mend what stood in the way, ${again}`
  }
}

/** What only waiting mends needs nothing but the time; else it is the last thing to wait for. */
function afterGate(refused: Refusal, items: readonly Unanswered[]): string {
  const again = againOf(refused)
  const others = items.filter(({ item, allowedAt }) => !(isCalendar(item) && allowedAt))
  // A lock that is taken off, as the line says, is not waited for.
  const times = items.flatMap(({ allowedAt, next }) => (next?.startsWith('belay unlock ') ? [] : (allowedAt ?? [])))
  const at = times.toSorted().at(-1) ?? null
  if (others.length === 0 && at !== null) return whenOver(refused, at)
  const nexts = others.map(({ next = '' }) => next)
  // What helps is to start it anew, in another way: with a key.
  const [only = ''] = new Set(nexts).size === 1 ? nexts : []
  if (only.startsWith(`${again}, `)) return at === null ? only : `${only}, after ${moment(at)}`
  const helps = new Set(nexts.map(beforeDeploying))
  const commands = helps.has('') ? null : [...helps].join(', ')
  const first = commands ?? `${logsFirst(refused)}mend what stood in the way`
  return `${first}, then ${at === null ? again : whenOver(refused, at)}`
}

function whenOver(refused: Refusal, at: string): string {
  return `${againOf(refused)} after ${moment(at)}`
}

function againOf({ again, version, environment }: Refusal): string {
  return again ?? `belay deploy ${version} --env ${environment}`
}

/** Each says by itself that it is deployed again; together they say it once. */
function beforeDeploying(next: string): string {
  return next.replace(/,? (then|and) (belay )?deploy\b.*$/, '')
}

/** Over by itself at its time. */
function isCalendar(item: string): boolean {
  return item === 'peak_hours' || item === 'freeze'
}

/** Where a command of the service failed, everything it printed is one command away; empty: no command did. */
export function logsFirst({ reason, deployment }: Pick<Refusal, 'reason' | 'deployment'>): string {
  const step = commandBehind(reason)
  return step === null ? '' : `belay logs ${deployment} ${step}, `
}

function commandBehind(reason: Reason | null): string | null {
  if (reason?.kind === 'gate') {
    // One that knows its own step says so itself.
    const failed = reason.items.find(
      ({ item, why, next }) => item.startsWith('pre.') && why.includes('expected exit 0') && next === undefined,
    )
    return failed ? `evidence-${failed.item.slice('pre.'.length)}` : null
  }
  if (reason?.kind !== 'step_failed' && reason?.kind !== 'preparation_failed') return null
  return stepFiles[reason.step] ?? null
}

/** Steps of the story that leave output behind, by the name under which it is kept. */
const stepFiles: Readonly<Record<string, string>> = {
  build: 'build',
  fetch: 'fetch',
  migrate: 'migrate',
  revertMigrations: 'revert',
  switchRelease: 'switch',
  switchBack: 'switch-back',
}
