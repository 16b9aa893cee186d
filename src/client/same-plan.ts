import type { Plan } from '../domain/plan.ts'
import { shown } from '../domain/version.ts'
import { Refused, Usage } from './errors.ts'

/**
 * Refuses a plan that is not the one somebody has seen, by its digest or at least 12 digits of it: between looking and
 * starting, `belay.yaml`, the tag or what is ignored may have changed. null: nobody demands one.
 */
export function requireSamePlan({ digest, environment, release }: Plan, seen: string | null): void {
  if (seen === null) return
  if (!/^[0-9a-f]{12,64}$/.test(seen)) {
    throw new Usage(
      `--plan: expected a plan's digest, 12 to 64 hex digits as \`belay plan\` prints it, got ${shown(seen)}`,
    )
  }
  if (digest.startsWith(seen)) return
  const why =
    'the configuration at that commit, the tag, the place of the repository, or which safeties are ignored and by whom'
  throw new Refused(
    `the plan is another one now: expected ${seen.slice(0, 12)}, got ${digest.slice(0, 12)}; nothing was started.\n` +
      `What can differ: ${why}.\n` +
      `Next: belay plan ${release.version} --env ${environment}`,
  )
}
