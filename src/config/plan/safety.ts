import { type ConfigurationRule, gateRules, neverIgnored, safetyRules } from '../../domain/gate/safety-rules.ts'
import type { IgnoredSafety, Plan } from '../../domain/plan.ts'
import { shown } from '../../domain/version.ts'
import type { Finding } from '../load.ts'
import { nearest } from '../nearest.ts'
import type { Settings } from '../schema/settings.ts'

type Content = Pick<Plan, 'checks' | 'monitoring' | 'after' | 'gate'>

const tenMinutesMs = 600_000
/** Kinds that say something about the service's own health: a file or a pid does not. */
const healthKinds = ['http', 'postgres', 'metric', 'command', 'tcp']

/**
 * Which safety rules a plan breaks, and with whose reason. `ignored`: those that are in force, each once. A reason given
 * for what the configuration keeps is not recorded; one for what only the gate can tell is. `findings`: rules broken
 * without a reason.
 */
export function safetiesOf(
  content: Content,
  settings: Settings,
  file: string,
  given: readonly IgnoredSafety[],
): { ignored: IgnoredSafety[]; findings: Finding[] } {
  const written = settings.ignored_safeties.map(({ rule, reason }): IgnoredSafety => ({ rule, reason, by: file }))
  const answers = [...given, ...written]
  const ignored: IgnoredSafety[] = gateRules.flatMap((rule) => answers.find((safety) => safety.rule === rule) ?? [])
  const findings = given.flatMap((safety) => [...unknownRule(safety), ...withoutReason(safety)])
  for (const broken of brokenRules(content)) {
    const answer = answers.find((safety) => safety.rule === broken.rule && /\p{L}{2}/u.test(safety.reason))
    if (answer) ignored.push(answer)
    else findings.push(broken.finding)
  }
  return { ignored, findings }
}

function brokenRules(content: Content): { rule: ConfigurationRule; finding: Finding }[] {
  const { checks, monitoring, after, gate } = content
  const broken = (rule: ConfigurationRule, path: Finding['path'], expected: string, got: string) => ({
    rule,
    finding: { path, expected, got, hint: `or ignored_safeties: [{ rule: "${rule}", reason: why }]` },
  })
  const healthy = Object.values(checks).some(({ probe }) => healthKinds.includes(probe.kind))
  const skipped = (['code_reviewed', 'tests_passing'] as const).filter(
    (item) => gate.items[item].by === 'not_applicable',
  )
  return [
    ...(healthy ? [] : [broken('no_health_check', ['checks'], `a health check (${healthKinds.join(', ')})`, 'none')]),
    ...(monitoring.checks.length > 0
      ? []
      : [broken('empty_watch', ['monitoring', 'checks'], 'at least one check to watch', 'none')]),
    ...(monitoring.windowMs >= tenMinutesMs
      ? []
      : [broken('short_window', ['monitoring', 'window'], 'at least 10m', `${monitoring.windowMs / 1000}s`)]),
    ...(Object.keys(after.manual).length > 0
      ? []
      : [broken('empty_manual_items', ['after', 'manual'], 'at least one manual item', 'none')]),
    ...skipped.map((item) =>
      broken(`not_applicable:${item}`, ['review', 'checklist', item], 'command or sign_off', 'not_applicable'),
    ),
  ]
}

/** A rule of the gate is ignored with a reason, or not at all. */
function withoutReason({ rule, reason }: IgnoredSafety): Finding[] {
  if (/\p{L}{2}/u.test(reason) || !gateRules.some((known) => known === rule)) return []
  return [{ path: ['ignored_safeties'], expected: `a reason in words for ${rule}`, got: shown(reason), hint: null }]
}

function unknownRule({ rule }: IgnoredSafety): Finding[] {
  if (safetyRules.some((known) => known === rule)) return []
  const never = neverIgnored(rule)
  if (never !== null) {
    return [{ path: ['ignored_safeties'], expected: 'a rule that can be ignored', got: rule, hint: never }]
  }
  const like = nearest(rule, safetyRules)
  return [
    {
      path: ['ignored_safeties'],
      expected: `one of ${safetyRules.join(', ')}`,
      got: JSON.stringify(rule.slice(0, 60)),
      hint: like ? `did you mean ${like}?` : null,
    },
  ]
}
