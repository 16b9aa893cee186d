import type { Probe } from './check.ts'
import type { ItemAnswer } from './checklist.ts'
import type { Plan, ProcessRun } from './plan.ts'
import { answerWords } from './plan-text.ts'
import { words } from './reason.ts'
import { referencedNames } from './reference.ts'

/** What a deployment of this plan would do, for people at a terminal: a fact a line, what is left out last. */
export function summarizePlan(plan: Plan): string[] {
  const { layout, database, monitoring, gate, after } = plan
  const line = (name: string, text: string): string => `  ${name.padEnd(11)} ${text}`
  const items = { ...prefixed('pre', gate.items), ...prefixed('post', after.post), ...prefixed('manual', after.manual) }
  return [
    `${plan.service} to ${plan.environment}`,
    line('hosts', `${plan.hosts.join(', ')}: ${layout.directory}`),
    ...layout.build.map((command) => line('build', command.join(' '))),
    ...layout.processes.map(({ name, role, run }) =>
      line(role === 'worker' ? 'worker' : 'process', `${name}: ${runWords(run)}`),
    ),
    line('migrations', database ? migrationWords(database) : 'none'),
    ...plan.configuration.map(({ source, target }) => line('config', `${source} to ${target}`)),
    ...Object.entries(plan.checks).map(([name, { probe }]) => line('check', `${name}: ${probeWords(probe)}`)),
    line(
      'watches',
      `${monitoring.checks.map(({ check }) => check).join(', ') || 'nothing'} for ${words(monitoring.windowMs)}`,
    ),
    ...commandLines(items).map((text) => line('runs first', text)),
    line('must sign', signedIn(items).join(', ') || 'nobody'),
    ...referenceNames(plan).map((name) => line('needs', `${name} in the environment of the agent`)),
    ...leftOut(plan, items).map((text) => line('left out', text)),
    ...plan.ignoredSafeties.map(({ rule, reason }) => line('IGNORED', `safety ${rule}: ${reason}`)),
  ]
}

type Items = Readonly<Record<string, ItemAnswer>>

function prefixed(section: string, items: Items): Items {
  return Object.fromEntries(Object.entries(items).map(([id, answer]) => [`${section}.${id}`, answer]))
}

function runWords(run: ProcessRun): string {
  switch (run.by) {
    case 'keeper':
      return run.command.join(' ')
    case 'systemd':
      return `systemd unit ${run.unit}, which must start from current`
    case 'commands':
      return `started by ${run.start.join(' ')}, stopped by ${run.stop.join(' ')}`
  }
}

function migrationWords({ migrations, onRollback }: NonNullable<Plan['database']>): string {
  const additive = Array.isArray(migrations.additive) ? migrations.additive.join(', ') : migrations.additive
  return `${migrations.tool} in ${migrations.directory}, additive: ${additive}; going back: ${onRollback}`
}

/** What a check asks for. */
export function probeWords(probe: Probe): string {
  switch (probe.kind) {
    case 'http':
      return `${probe.url} answers ${probe.status}`
    case 'postgres':
      return probe.sql ?? 'select 1'
    case 'postgres_pool':
      return `at most ${Math.round(probe.maxUsedRatio * 100)} % of the connections are used`
    case 'metric':
      return probe.source.from === 'scrape' ? `${probe.source.metric} at ${probe.source.url}` : probe.source.query
    case 'log':
      return [probe.absent && `no ${probe.absent}`, probe.present && `a new ${probe.present}`, `in ${probe.file}`]
        .filter(Boolean)
        .join(', ')
    case 'command':
      return probe.command.join(' ')
    case 'tcp':
      return `${probe.host}:${probe.port} accepts connections`
    case 'process':
      return `process ${probe.process} runs from the new release`
    case 'marker':
      return 'the marker file says what was deployed'
  }
}

function commandLines(items: Items): string[] {
  return Object.entries(items).flatMap(([id, answer]) =>
    answer.by === 'command' ? [`${id}: ${answerWords(answer)}`] : [],
  )
}

function signedIn(items: Items): string[] {
  return Object.entries(items).flatMap(([id, answer]) => (answer.by === 'sign_off' ? [id] : []))
}

/** Every name a secret is found under, once. */
function referenceNames(plan: Plan): string[] {
  return [...new Set(referencedNames(JSON.stringify(plan)))]
}

/** By reason: what nobody will look at, and why. */
function leftOut(plan: Plan, items: Items): string[] {
  const steps = Object.entries(plan.verification).map(([step, answer]): [string, string | null] => [
    `verification.${step}`,
    'notApplicable' in answer ? answer.notApplicable : null,
  ])
  const answers = Object.entries(items).map(([id, answer]): [string, string | null] => [
    id,
    answer.by === 'not_applicable' ? answer.reason : null,
  ])
  const byReason = Map.groupBy([...answers, ...steps], ([, reason]) => reason)
  return [...byReason].flatMap(([reason, left]) =>
    reason === null ? [] : [`${left.map(([id]) => id).join(', ')} (${reason})`],
  )
}
