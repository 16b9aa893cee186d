import { resolve } from 'node:path'
import { writeFileAtomic } from '../../../activities/disk/atomic.ts'
import { Usage } from '../../client/errors.ts'
import { renderRecord } from '../../domain/record/record.ts'
import { shown } from '../../domain/version.ts'
import { findDossier } from '../dossier/find-dossier.ts'
import { exitCodes } from '../exit.ts'
import { argument, text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** The runbook filled in for one run, as Markdown: on standard output, or in a file. */
export async function record(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const about = argument(args, 0, 'deployment')
  const found = await findDossier(shell, options, about)
  if (found === null)
    throw new Usage(`nothing was ever deployed to ${shown(about)}. Next: belay deploy <version> --env ${about}`)
  const { dossier } = found
  const markdown = renderRecord(dossier)
  const output = text(options.output)
  if (output !== null) await write(resolve(shell.directory, output), markdown)
  if (options.json === true) {
    const { deployment, environment, outcome, open, proofs } = dossier
    const data = {
      schema: 1,
      deployment,
      environment,
      outcome,
      complete: !open && dossier.toldBy === 'history',
      markdown,
      output,
      proofs,
    }
    shell.print(JSON.stringify(data, null, 2))
  } else if (output === null) shell.print(markdown.trimEnd())
  else shell.print(`${output}: the record of ${dossier.deployment}`)
  if (dossier.open) shell.say(`${dossier.deployment} is still running: write the record again when it has ended`)
  return exitCodes.done
}

/** Whole or not at all; readable by everybody, like the log it goes with. */
async function write(file: string, markdown: string): Promise<void> {
  try {
    await writeFileAtomic(file, markdown, { mode: 0o644 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Usage(`--output: expected a file that can be written, got ${shown(file)} (${why})`)
  }
}
