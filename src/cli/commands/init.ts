import { basename, dirname } from 'node:path'
import { createGit } from '../../../activities/git/git.ts'
import { Usage } from '../../client/errors.ts'
import { summarizePlan } from '../../domain/plan-summary.ts'
import { referencedNames } from '../../domain/reference.ts'
import type { Answers } from '../../init/answers.ts'
import { type Detected, detect } from '../../init/detect/detect.ts'
import type { Directory } from '../../init/directory.ts'
import { guessesFrom } from '../../init/guess.ts'
import { nextCommands } from '../../init/next-commands.ts'
import { type Ask, answersTo, type Given } from '../../init/questions.ts'
import { readDirectory } from '../../init/read-directory.ts'
import { warningsFor } from '../../init/warnings.ts'
import { closedPlace, ignoreState, refuseExisting, writeConfiguration } from '../../init/write.ts'
import { planOfText } from '../../init/written-plan.ts'
import { configurationText } from '../../init/yaml/configuration-text.ts'
import { exitCodes } from '../exit.ts'
import { configFile, text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** Writes `belay.yaml` from what the repository says and at most four answers. Until the last moment nothing is written. */
export async function init(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const file = configFile(shell, options)
  const [json, force] = [options.json === true, options.force === true]
  await refuseExisting(file, force)
  const directory = await readDirectory(dirname(file), createGit({ environment: shell.environment }))
  requireWholeRepository(directory, dirname(file))
  const detected = detect(directory)
  if (!json) for (const line of detectedLines(detected)) shell.print(line)
  const answered = await answersTo(givenBy(options), guessesFrom(detected), await askerFor(shell, options))
  if (answered === 'cancelled') return leaveCancelled(shell)
  if ('problems' in answered) return leaveUnknown(shell, file, detected, answered.problems, json)
  const written = await write({ file, force, answers: answered.answers, detected, directory })
  if (json)
    shell.print(JSON.stringify({ schema: 1, file, ...detectedData(detected), ...written, problems: [] }, null, 2))
  else for (const line of writtenLines(basename(file), written)) shell.print(line)
  return exitCodes.done
}

type Written = Awaited<ReturnType<typeof write>>

async function write(given: {
  file: string
  force: boolean
  answers: Answers
  detected: Detected
  directory: Directory
}) {
  const { file, force, answers, detected, directory } = given
  const text = configurationText(answers, detected)
  const plan = planOfText(text, file, 'belay init')
  await writeConfiguration(file, text, force)
  const gitignore = directory.git === null ? null : await ignoreState(dirname(file))
  const next = nextCommands({
    files: [basename(file), ...(gitignore === 'added' ? ['.gitignore'] : [])],
    repository: directory.git !== null,
    tag: plan.repository.tag,
    tags: detected.tags,
    version: detected.program?.version ?? null,
    variables: [...new Set(referencedNames(JSON.stringify(plan)))],
    closed: await closedPlace(answers.directory),
    migrations: detected.migrations !== null,
  })
  return { text, gitignore, plan: summarizePlan(plan), warnings: warningsFor(answers, detected), next }
}

/** A release is a checkout of the whole repository: a service further down would not start from there. */
function requireWholeRepository({ git }: Directory, root: string): void {
  if (git === null || git.root === root) return
  throw new Usage(
    `expected the root of the git repository, got a directory inside it. Next: cd ${git.root} && belay init`,
  )
}

function givenBy(options: Options): Given {
  const [service, start, systemd] = [text(options.service), text(options.start), text(options.systemd)]
  return { service, start, systemd, health: text(options.health), directory: text(options.directory) }
}

/** Loaded only where somebody is asked. */
async function askerFor(shell: Shell, options: Options): Promise<Ask | null> {
  if (!shell.terminal || options.yes === true || options.json === true) return null
  return (await import('../../init/ask.ts')).askAtTerminal
}

function leaveCancelled(shell: Shell): number {
  shell.say('cancelled; nothing was written')
  return exitCodes.detached
}

function leaveUnknown(
  shell: Shell,
  file: string,
  detected: Detected,
  problems: readonly string[],
  json: boolean,
): number {
  if (json) shell.print(JSON.stringify({ schema: 1, file, ...detectedData(detected), text: null, problems }, null, 2))
  for (const problem of problems) shell.say(problem)
  shell.say('nothing was written')
  return exitCodes.usage
}

function detectedData({ seen, notes }: Detected) {
  return { detected: seen, notes }
}

function detectedLines({ seen, notes }: Detected): string[] {
  const lines = seen.map(({ what, from }) => `  ${what} (${from})`)
  return [
    seen.length > 0 ? 'Found:' : 'Found nothing that says how this service is built or started.',
    ...lines,
    ...notes.map((note) => `  note: ${note}`),
  ]
}

function writtenLines(file: string, { gitignore, plan, warnings, next }: Written): string[] {
  return [
    '',
    `${file} written${gitignore === 'added' ? ', .belay/ added to .gitignore' : ''}. A deployment would be:`,
    '',
    ...plan,
    ...(warnings.length > 0 ? ['', ...warnings.map((warning) => `  warning: ${warning}`)] : []),
    '',
    'Next:',
    ...next.map((command) => `  ${command}`),
  ]
}
