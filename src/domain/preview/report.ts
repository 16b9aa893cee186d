import type { ReleaseChanges } from '../gate/changes.ts'
import { changesLine } from '../gate/changes-text.ts'
import { broken, type Finding } from '../gate/finding.ts'
import type { OnCall } from '../gate/on-call.ts'
import type { IgnoredSafety, Plan, Release } from '../plan.ts'
import { additiveRefusal, mayBeShownAdditive } from '../rollback/additive-review.ts'
import { type PlannedItem, plannedItems } from './answers.ts'
import { type PlannedCheck, plannedChecks } from './checks.ts'
import { type Estimate, estimateFrom } from './estimate.ts'
import type { OpenRun, PreviewFacts } from './facts.ts'
import type { KnownMigrations } from './known-migrations.ts'
import { type PlannedSignature, plannedSignatures } from './people.ts'
import { schemaChange } from './schema.ts'
import { type PlannedStep, plannedSteps } from './steps.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { type BackStep, plannedWayBack } from './way-back.ts'

/** What a deployment would do, how each thing is undone, and whether it could start now. Durations are milliseconds. */
export type PlanReport = {
  service: string
  environment: string
  release: Release
  performer: string
  /** The environment takes proven names only; else the performer's is a claim. */
  proven: boolean
  /** The plan's digest: what sign-offs bind to, and what `belay deploy --plan` demands. */
  plan: string
  /** The version has its tag already. */
  tagExists: boolean
  /** RFC 3339, UTC. */
  at: string
  /** null: nothing is deployed. */
  live: Release | null
  /** In one line; null: not known. */
  summary: string | null
  changes: ReleaseChanges | null
  /** What is known of those that are pending; null: there is no database, or a worker of an earlier version answers. */
  migrations: KnownMigrations | null
  hosts: readonly string[]
  steps: readonly PlannedStep[]
  wayBack: readonly BackStep[]
  checks: readonly PlannedCheck[]
  windowMs: number
  /** How the eight items of the gate are answered. */
  items: readonly PlannedItem[]
  people: readonly PlannedSignature[]
  onCall: OnCall | null
  rules: readonly Finding[]
  ignoredSafeties: readonly IgnoredSafety[]
  /** null: the history does not answer. */
  estimate: Estimate | null
  openRun: OpenRun | null
  verdict: Verdict
}

export function planReport(plan: Plan, facts: PreviewFacts, openRun: OpenRun | null): PlanReport {
  const { changes, live, onCall } = facts
  const rules = [...facts.rules, ...migrationRule(plan, facts)]
  const items = plannedItems(plan, facts.items)
  const people = plannedSignatures(plan, items, facts.items)
  return {
    service: plan.service,
    environment: plan.environment,
    release: plan.release,
    performer: plan.performer,
    proven: plan.identity === 'ssh',
    plan: plan.digest,
    tagExists: facts.tagExists,
    at: facts.at,
    live,
    summary: changes && changesLine(changes),
    changes,
    migrations: facts.migrations ?? null,
    hosts: plan.hosts,
    steps: plannedSteps(plan, facts),
    wayBack: plannedWayBack(plan, facts),
    checks: plannedChecks(plan),
    windowMs: plan.monitoring.windowMs,
    items,
    people,
    onCall,
    rules,
    ignoredSafeties: plan.ignoredSafeties,
    estimate: facts.past && estimateFrom(facts.past),
    openRun,
    verdict: verdictOf({ rules, items, people, openRun }),
  }
}

/** What the run would only find once the release is built: told before. */
function migrationRule(plan: Plan, facts: PreviewFacts): Finding[] {
  const { added } = schemaChange(plan, facts)
  const why = additiveRefusal(plan, added ?? [], facts.live === null)
  return why === null || mayBeShownAdditive(plan) ? [] : [broken('migrations', why)]
}
