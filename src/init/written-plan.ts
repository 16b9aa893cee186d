import { basename, dirname } from 'node:path'
import { loadConfiguration } from '../config/load.ts'
import { describeProblem } from '../config/problem.ts'
import { toPlan } from '../config/to-plan.ts'
import type { Plan } from '../domain/plan.ts'

/** The plan a deployment would make of this text. Throws where it makes none: what `belay init` writes is valid. */
export function planOfText(text: string, file: string, performer: string): Plan {
  const loaded = loadConfiguration(text, basename(file))
  if (!loaded.ok) throw notValid(loaded.problems.map(describeProblem))
  const made = toPlan({
    configuration: loaded.configuration,
    environment: 'production',
    deployment: 'init',
    release: { version: '0.0.0', commit: '0'.repeat(40) },
    performer,
    claims: [],
    ignored: [],
    baseDirectory: dirname(file),
  })
  if (!made.ok) throw notValid(made.problems.map(describeProblem))
  return made.plan
}

function notValid(problems: readonly string[]): Error {
  return new Error(`expected belay init to make a valid configuration, got\n${problems.join('\n')}`)
}
