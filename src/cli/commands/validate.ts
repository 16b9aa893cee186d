import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Usage } from '../../client/errors.ts'
import { loadConfiguration } from '../../config/load.ts'
import { describeProblem, type Problem } from '../../config/problem.ts'
import { toPlan } from '../../config/to-plan.ts'
import { exitCodes } from '../exit.ts'
import { configFile } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell.ts'

export async function validate(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const file = configFile(shell, options)
  const problems = await problemsIn(file)
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, file, problems }, null, 2))
  else for (const problem of problems) shell.print(describeProblem(problem))
  if (problems.length > 0) return exitCodes.usage
  if (options.json !== true) shell.print(`${file}: valid`)
  return exitCodes.done
}

/** The file itself, then every environment made into a plan: some problems exist only there. */
async function problemsIn(file: string): Promise<readonly Problem[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Usage(`${file}: expected a configuration file, got none; name one with --config`)
  })
  const loaded = loadConfiguration(text, file)
  if (!loaded.ok) return loaded.problems
  const { configuration } = loaded
  return [...configuration.environments.keys()].flatMap((environment) => {
    const release = { version: '0.0.0', commit: '0'.repeat(40) }
    const baseDirectory = dirname(file)
    const made = toPlan({
      configuration,
      environment,
      deployment: 'validate',
      release,
      performer: 'validate',
      claims: [],
      ignored: [],
      baseDirectory,
    })
    return made.ok ? [] : made.problems
  })
}
