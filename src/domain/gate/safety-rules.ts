/** What a configuration can break on purpose. */
const configurationRules = [
  'no_health_check',
  'empty_watch',
  'short_window',
  'empty_manual_items',
  'not_applicable:code_reviewed',
  'not_applicable:tests_passing',
] as const

/**
 * What holds at one time and not at another, and can be ignored for one deployment (`--ignore`) or always. The way back
 * and the marker are missing on purpose: nobody deploys without them. A lock ends with `belay unlock`, a block with
 * `belay clear`.
 */
export const gateRules = [
  'peak_hours',
  'freeze',
  'on_call',
  'monitoring_active',
  'approvals',
  'code_reviewed',
  'tests_passing',
  'staging_successful',
  'migrations_tested',
  'configuration_reviewed',
  'dependencies_tested',
] as const

/** Rules that can be broken on purpose, by name and with a reason, on the record for ever. */
export const safetyRules = [...configurationRules, ...gateRules] as const

export type ConfigurationRule = (typeof configurationRules)[number]
export type GateRule = (typeof gateRules)[number]
export type SafetyRule = (typeof safetyRules)[number]

/** Why nobody can ignore this; null: there is no such rule, or it can be. */
export function neverIgnored(rule: string): string | null {
  return Object.hasOwn(never, rule) ? (never[rule] ?? null) : null
}

const never: Readonly<Record<string, string>> = {
  rollback_plan: 'nobody deploys without a way back: it can be neither ignored nor not_applicable',
  marker_prepared: 'nobody deploys without a marker: it can be neither ignored nor not_applicable',
  lock: 'whoever holds the environment has a reason: belay status ENV says who, belay unlock ENV ends it',
  release: 'a release that was rolled back is tried again after belay clear ENV VERSION',
  tag: 'a version is one commit for ever: give the other commit another version',
  history: 'without the history nobody knows of locks and blocked releases: belay doctor',
}
