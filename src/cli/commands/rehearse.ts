import { Usage } from '../../client/errors.ts'
import { text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** What a release would change in the live database, or, with `--all`, a whole history on an empty one. */
export async function rehearse(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [release] = args
  if (options.all === true) {
    if (release !== undefined) throw new Usage('expected a release or --all, got both')
    return await (await import('./rehearse-all.ts')).rehearseAll(shell, options)
  }
  const foreign = ['tool', 'directory', 'table', 'schema', 'url'].find((name) => options[name] !== undefined)
  if (foreign !== undefined) throw new Usage(`--${foreign}: goes with --all; for a release belay.yaml says it`)
  if (release === undefined) throw new Usage(`expected a release, or --all for every migration of a directory; ${next}`)
  if (text(options.env) === null) throw new Usage('--env: expected an environment, got none')
  return await (await import('./rehearse-release.ts')).rehearseRelease(shell, args, options)
}

const next = 'Next: belay rehearse --all --tool sql, or belay rehearse <release> --env <environment>'
