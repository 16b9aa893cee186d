import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'
import { toPlan } from '../../src/config/to-plan.ts'
import type { Plan } from '../../src/domain/plan.ts'

/** The plan that the text of a `belay.yaml` makes; throws with every problem. */
export function planOf(text: string, environment: string): Plan {
  const loaded = loadConfiguration(text, 'belay.yaml')
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'))
  const made = toPlan({
    configuration: loaded.configuration,
    environment,
    deployment: 'd-1',
    release: { version: '1.0.0', commit: 'a1b2c3d4'.repeat(5) },
    performer: 'a test',
    claims: [],
    ignored: [],
    baseDirectory: '/repository',
  })
  if (!made.ok) throw new Error(made.problems.map(describeProblem).join('\n'))
  return made.plan
}
