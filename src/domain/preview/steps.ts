import type { Phase } from '../outcome.ts'
import type { Plan } from '../plan.ts'
import { words } from '../reason.ts'
import { shortStepMs } from '../step-limit.ts'
import type { PreviewFacts } from './facts.ts'
import { schemaChange, schemaUndo } from './schema.ts'

/** One step of the story, in its order. */
export type PlannedStep = {
  step: string
  phase: Phase
  /** One after the other or side by side; empty: it is not about a host. */
  hosts: readonly string[]
  what: string
  /** How long one try on one host may take, or people; null: as long as it takes. */
  limitMs: number | null
  /** What undoes it if the deployment ends badly, in words; of verify and watching, what starts the way back. */
  undo: string
}

/** What the deployment will do: the phases of `deployment.ts`, as far as this plan has them. */
export function plannedSteps(plan: Plan, facts: PreviewFacts): PlannedStep[] {
  return [...prepared(plan), ...released(plan, facts), ...watched(plan)]
}

/** Before the release nothing has to be undone but what stands beside the live one. */
const nothingLive = 'nothing live has changed'

function prepared({ gate, hosts, layout, database, marker, release, repository, configuration }: Plan): PlannedStep[] {
  const steps = phase('restore points', shortStepMs)
  const commands = layout.build.map((command) => command.join(' ')).join(', ')
  const captured = ['code', ...(configuration.length > 0 ? ['configuration'] : []), ...(database ? ['schema'] : [])]
  const tag = repository.tag.replace('{version}', release.version)
  return [
    phase('gate', gate.withinMs)('gate', [], 'the rules, the eight items, and the people who must sign', nothingLive),
    steps('claim', hosts, 'nobody else may change the host', 'given back when the run ends'),
    steps('fetch', hosts, `${release.version} beside the live release`, `${nothingLive}; removed by a later release`),
    ...when(layout.build.length > 0, () =>
      phase('restore points', layout.buildTimeoutMs)('build', hosts, commands, `${nothingLive}; removed with it`),
    ),
    ...when(database !== null, () =>
      steps('review migrations', hosts.slice(0, 1), 'what is applied, what is pending, its way back', nothingLive),
    ),
    steps('capture', hosts, `the restore point: ${captured.join(', ')}, marker`, nothingLive),
    steps('rules again', [], 'every rule once more, right before the first change', nothingLive),
    ...when(marker.gitTag, () => steps('tag', [], `git tag ${tag}, unless it is there`, 'the tag stays')),
  ]
}

function released(plan: Plan, facts: PreviewFacts): PlannedStep[] {
  const { hosts, layout, release, configuration } = plan
  const { live } = facts
  const change = schemaChange(plan, facts)
  const back = live ? `${live.version} is started again` : 'nothing is started: there was nothing before'
  const restored = live ? `back to ${live.version}, byte for byte, from the restore point` : 'removed, absence proven'
  const files = configuration.length > 0 ? 'configuration, ' : ''
  const step = phase('release', shortStepMs)
  const stopping = phase('release', longest(layout.processes.map((one) => one.stopTimeoutMs)))
  const starting = phase('release', longest(layout.processes.map((one) => one.startTimeoutMs)))
  const [applications, workers] = [named(plan, 'application'), named(plan, 'worker')]
  const downtime = layout.downtime && change.mayMigrate && !change.additive
  const hostAfterHost = hosts.length > 1 ? '; stopped and started there before the next host' : ''
  const switchUndo = `${files}code and marker ${restored}`
  return [
    ...when(downtime, () => stopping('stop old', hosts, 'before the migrations: downtime begins', back)),
    ...when(change.mayMigrate, () =>
      phase('release', plan.database?.migrations.timeoutMs ?? shortStepMs)(
        'migrate',
        hosts.slice(0, 1),
        change.added?.join(', ') ?? 'what is pending then',
        schemaUndo(plan, facts, change),
      ),
    ),
    step(
      'switch',
      hosts,
      `${files}code and marker of ${release.version} in one journaled step${hostAfterHost}`,
      switchUndo,
    ),
    ...when(!downtime && live !== null, () => stopping('stop old', hosts, 'every process, proven', back)),
    ...when(applications !== '', () => starting('start', hosts, applications, `stopped, and proven stopped; ${back}`)),
    ...when(workers !== '', () => starting('workers', hosts, workers, `stopped likewise`)),
  ]
}

function watched(plan: Plan): PlannedStep[] {
  const { checks, monitoring, after, release } = plan
  const specs = Object.values(checks)
  const verifyMs = longest(specs.map(({ timeoutMs, deadlineMs }) => timeoutMs + deadlineMs))
  const names = monitoring.checks.map(({ check }) => check).join(', ') || 'nothing'
  const people = [...Object.values(after.post), ...Object.values(after.manual)].some(({ by }) => by === 'sign_off')
  const asked = `every check at once; ${release.version} is what answers, configuration and marker read back`
  const late =
    after.otherwise === 'rollback' ? 'a refusal, or the deadline, starts the way back' : 'a refusal starts the way back'
  return [
    phase('verify', verifyMs)('verify', plan.hosts, asked, 'a failed check starts the way back'),
    phase('watch', monitoring.windowMs)('watch', [], names, 'a check that falls ill starts the way back'),
    ...when(people, () =>
      phase('watch', after.withinMs)('sign-off', [], 'the people who must sign, while it is watched', late),
    ),
    phase('recording', null)('record', [], 'history, deployment log, notices', 'a rollback is accepted until then'),
  ]
}

function phase(name: Phase, limitMs: number | null) {
  return (step: string, hosts: readonly string[], what: string, undo: string): PlannedStep => {
    return { step, phase: name, hosts, what, limitMs, undo }
  }
}

function when(holds: boolean, make: () => PlannedStep): PlannedStep[] {
  return holds ? [make()] : []
}

function longest(limitsMs: readonly number[]): number {
  return Math.max(0, ...limitsMs)
}

function named({ layout }: Plan, role: 'application' | 'worker'): string {
  return layout.processes.flatMap((one) => (one.role === role ? [one.name] : [])).join(', ')
}

/** `at most 2 min`, or nothing. */
export function limitWords({ limitMs }: PlannedStep): string {
  return limitMs === null || limitMs === 0 ? '' : `at most ${words(limitMs)}`
}
