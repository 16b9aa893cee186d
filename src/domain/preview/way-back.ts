import { counted } from '../counted.ts'
import type { Plan } from '../plan.ts'
import { words } from '../reason.ts'
import { planRollback, type RollbackStep } from '../rollback/plan.ts'
import type { PreviewFacts } from './facts.ts'
import { schemaChange, schemaUndo } from './schema.ts'

/** One step of the way back, on these hosts; empty: it is not about one host. */
export type BackStep = { step: RollbackStep['kind']; hosts: readonly string[]; what: string }

/** What happens, in this order, if anything fails after the first change, or somebody says no. */
export function plannedWayBack(plan: Plan, facts: PreviewFacts): BackStep[] {
  const { mayMigrate: migrated, additive } = schemaChange(plan, facts)
  const { hosts } = plan
  const stopped = plan.layout.downtime && !additive ? hosts : []
  const steps = planRollback({ hosts, switched: hosts, stopped, migrated, additive, only: 'all' })
  // Before a first release nothing ran, so nothing is started, asked or watched again.
  const idle = facts.live ? [] : ['start', 'application', 'stability']
  const kinds = [...new Set(steps.map(({ kind }) => kind))].filter((kind) => !idle.includes(kind))
  return kinds.map((kind) => ({
    step: kind,
    hosts: steps.flatMap((step) => (step.kind === kind ? (step.host ?? []) : [])),
    what: backWords(kind, plan, facts),
  }))
}

function backWords(kind: RollbackStep['kind'], plan: Plan, facts: PreviewFacts): string {
  const { live } = facts
  switch (kind) {
    case 'stop':
      return `every process of ${plan.release.version}, and proof that none is left`
    case 'switch back':
      return live
        ? `code and configuration of ${live.version}, from the restore point, with a new marker`
        : 'release, configuration and marker are removed; there was nothing before'
    case 'start':
      return `${live?.version}: application, then background workers`
    case 'verify':
      return live
        ? `every health check; ${live.version} is what answers, its configuration and marker read back`
        : 'nothing of the release is left'
    case 'revert':
      return schemaUndo(plan, facts, schemaChange(plan, facts))
    case 'integrity':
      return `the structure, and ${counted(plan.database?.integrity.length ?? 0, 'assertion')} of the service`
    case 'application':
      return 'the health checks again, on the schema as it is then'
    case 'stability':
      return `watched for ${words(plan.monitoring.afterRollbackMs)}`
  }
}
