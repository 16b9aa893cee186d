import { dirname } from 'node:path'
import { readConfigurationFile } from '../../client/configuration-file.ts'
import { loadConfiguration } from '../../config/load.ts'
import { inReadingOrder, type Problem } from '../../config/problem.ts'
import { toPlan } from '../../config/to-plan.ts'
import { exitCodes } from '../exit.ts'
import { configFile } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { annotate, tellProblems } from '../wrong-configuration.ts'

export async function validate(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const file = configFile(shell, options)
  const source = { file, text: await readConfigurationFile(file), commit: null }
  const problems = problemsIn(source.text, file)
  if (options.json === true) {
    shell.print(JSON.stringify({ schema: 1, file, problems }, null, 2))
    annotate(shell, problems, source)
  } else if (problems.length > 0) tellProblems(shell, problems, source, shell.print)
  else shell.print(`${file}: valid`)
  return problems.length > 0 ? exitCodes.usage : exitCodes.done
}

/** The file itself, then every environment made into a plan: some problems exist only there. */
function problemsIn(text: string, file: string): readonly Problem[] {
  const loaded = loadConfiguration(text, file)
  if (!loaded.ok) return loaded.problems
  const { configuration } = loaded
  const problems = [...configuration.environments.keys()].flatMap((environment) => {
    const made = toPlan({
      configuration,
      environment,
      deployment: 'validate',
      release: { version: '0.0.0', commit: '0'.repeat(40) },
      performer: 'validate',
      claims: [],
      ignored: [],
      baseDirectory: dirname(file),
    })
    return made.ok ? [] : made.problems
  })
  return inReadingOrder(problems)
}
