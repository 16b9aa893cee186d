import type { Plan } from '../domain/plan.ts'
import { Usage } from './errors.ts'

/** A drill takes a service down and back: only where the configuration allows it. Throws {@link Usage}; nothing was started. */
export function requireDrillsAllowed({ environment, drills, release }: Plan): void {
  if (drills === true) return
  const where = `environments.${environment} of belay.yaml, as of the commit of ${release.version}`
  throw new Usage(`drills are not allowed on ${environment}: write \`drills: true\` in ${where}. Nothing was started`)
}
