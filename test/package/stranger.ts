import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../src/dev/free-port.ts'
import { type Session, type Terminal, terminalIn } from '../cli/terminal.ts'
import { git } from '../scenarios/repository.ts'
import { eventually } from '../support/eventually.ts'
import type { Packed } from './packed.ts'

/** Somebody's own service in its own repository, with `belay dev` running there, installed from the package. */
export type Stranger = Terminal & {
  repository: string
  /** Where the service lives on this host. */
  directory: string
  port: number
  /** Writes `belay.yaml` and these files, runs the commands, commits and tags. */
  release(version: string, files: Readonly<Record<string, string>>, options?: ReleaseOptions): Promise<void>
  /** Deploys, signing whatever is asked on the way; answers with the exit code and what was printed. */
  deploy(version: string): Promise<{ code: number | null; text: string }>
  close(): Promise<void>
}

export type ReleaseOptions = {
  commands?: readonly (readonly [string, ...string[]])[]
  /** Placeholders of `belay.yaml` beside `@PORT@` and `@DIRECTORY@`. */
  fill?: Readonly<Record<string, string>>
}

/** `service`: a folder beside this file with its `belay.yaml`. */
export async function openStranger(
  packed: Packed,
  home: string,
  service: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Stranger> {
  const [repository, directory] = [join(home, service, 'repository'), join(home, service, 'host')]
  await Promise.all([mkdir(repository, { recursive: true }), mkdir(directory, { recursive: true })])
  await git(repository, 'init', '--quiet', '--initial-branch=main')
  await writeFile(join(repository, '.gitignore'), 'node_modules/\n.belay/\nbin/\n')
  const port = await freePort()
  const installed = { program: packed.belay, longestMs: longestCommandMs }
  const terminal = terminalIn(
    repository,
    { ...packed.environment, ...environment, BELAY_BY: 'ann@example.com' },
    installed,
  )
  const dev = terminal.start('dev')
  await dev.said('Ctrl-C stops all of it', 120_000)
  return {
    ...terminal,
    repository,
    directory,
    port,
    release: (version, files, options) => release({ service, repository, directory, port }, version, files, options),
    deploy: (version) => deploy(terminal, version),
    close: () => end(dev),
  }
}

/** A Go build on a small machine. */
const longestCommandMs = 10 * 60_000

async function release(
  place: Pick<Stranger, 'repository' | 'directory' | 'port'> & { service: string },
  version: string,
  files: Readonly<Record<string, string>>,
  { commands = [], fill = {} }: ReleaseOptions = {},
): Promise<void> {
  const { service, repository, directory, port } = place
  const template = await readFile(join(import.meta.dirname, service, 'belay.yaml'), 'utf8')
  const filled = Object.entries({ ...fill, PORT: String(port), DIRECTORY: directory }).reduce(
    (text, [name, value]) => text.replaceAll(`@${name}@`, value),
    template,
  )
  for (const [path, content] of Object.entries({ ...files, 'belay.yaml': filled })) {
    await mkdir(join(repository, path, '..'), { recursive: true })
    await writeFile(join(repository, path), content)
  }
  for (const [program, ...args] of commands) await promisify(execFile)(program, args, { cwd: repository })
  await git(repository, 'add', '--all')
  await git(repository, 'commit', '--quiet', '--message', `release ${version}`)
  await git(repository, 'tag', `v${version}`)
}

async function deploy({ start, belay }: Terminal, version: string): Promise<{ code: number | null; text: string }> {
  const session = start('deploy', version, '--env', 'production')
  const state = { over: false }
  const ended = session.ended.finally(() => {
    state.over = true
  })
  const asked = new Set<string>()
  await eventually(
    `${version} to end`,
    async () => {
      for (const item of itemsAsked(session)) {
        if (asked.has(item)) continue
        asked.add(item)
        // Whoever wrote or deploys a release cannot vouch for its review.
        await belay('sign', 'production', item, '--by', 'colleague@example.com', '--note', 'looked at it')
      }
      return state.over
    },
    longestCommandMs,
  )
  const { code, out, err } = await ended
  return { code, text: `${err}\n${out}` }
}

/** What the command itself tells the person to type. */
function itemsAsked(session: Session): string[] {
  return [...session.soFar().matchAll(/Next: belay sign production (.+)/g)].flatMap(([, items]) =>
    (items ?? '').split(' '),
  )
}

async function end(dev: Session): Promise<void> {
  dev.interrupt()
  await dev.ended
}

/** Copies the files of a directory that somebody else ships, by name. */
export async function copyFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of names) await cp(join(from, name), join(to, name))
}
