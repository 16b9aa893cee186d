import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/dev/free-port.ts'
import { type Session, sessionOf } from '../cli/terminal.ts'
import { installPacked, type Packed } from '../package/packed.ts'
import { git } from '../scenarios/repository.ts'

/**
 * The page as a newcomer follows it: each command in the order in which it stands there, in an empty repository. What
 * goes on until it is ended, or until somebody signs, goes on in a terminal of its own.
 */
test('the commands of the first ten minutes do what the page says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/getting-started.md'), 'utf8')
  const home = await realpath(await mkdtemp(join(tmpdir(), 'belay-newcomer-')))
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
  const port = String(await freePort())
  const place = { '/srv/hello': join(home, 'srv'), '8080': port, '8079': String(await freePort()) }
  const newcomer = await newcomerIn(home, await installPacked(home), page, place)
  onTestFinished(newcomer.leave)

  for (const line of commandsOf(page)) {
    await newcomer.type(line)
    if (line.includes('belay validate')) await shortenWindow(newcomer.repository, blockOf(page, 'yaml'))
  }
  expect(await newcomer.exitCodesOf('belay deploy')).toEqual([0, 11])
  expect(newcomer.seen()).toContain('1.1.0 on production was rolled back to 1.0.0')
  expect(newcomer.seen()).toContain('version of record: 1.0.0')
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello\n')
})

function commandsOf(page: string): string[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, lines]) => (lines ?? '').trim().split('\n'))
}

function blockOf(page: string, language: string): string {
  const [, content] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? []
  if (content === undefined) throw new Error(`the page: expected a block of ${language}, found none`)
  return content
}

/** As the page says: in place of the line that `init` wrote. */
async function shortenWindow(repository: string, lines: string): Promise<void> {
  const file = join(repository, 'belay.yaml')
  const written = await readFile(file, 'utf8')
  await writeFile(file, `${written.replace(/^monitoring:.*\n/m, '')}\n${lines}`)
}

/** `place`: what stands on the page, and what is used in its stead. */
async function newcomerIn(home: string, packed: Packed, page: string, place: Readonly<Record<string, string>>) {
  const filled = (text: string) => Object.entries(place).reduce((all, [from, to]) => all.replaceAll(from, to), text)
  const repository = join(home, 'hello')
  await mkdir(repository)
  await git(repository, 'init', '--quiet', '--initial-branch=main')
  await git(repository, 'config', 'user.email', 'ann@example.com')
  await git(repository, 'config', 'user.name', 'Ann')
  await writeFile(join(repository, 'package.json'), blockOf(page, 'json'))
  await writeFile(join(repository, 'server.js'), filled(blockOf(page, 'js')))
  await writeFile(join(repository, '.gitignore'), 'node_modules/\n*.tgz\n')
  await copyFile(packed.tarball, join(repository, basename(packed.tarball)))

  const prefix = join(home, 'global')
  const environment = {
    ...packed.environment,
    npm_config_prefix: prefix,
    PATH: [join(prefix, 'bin'), packed.environment.PATH].join(delimiter),
  }
  const terminals: { line: string; session: Session }[] = []
  const open = (line: string): Session => {
    const options = { cwd: repository, env: environment } as const
    // A shell, because that is what a newcomer types into.
    const session = sessionOf(
      spawn('bash', ['-c', `exec ${filled(line)}`], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
    )
    terminals.push({ line, session })
    return session
  }
  const deploying = () => terminals.findLast(({ line }) => line.includes('belay deploy'))?.session
  return {
    repository,
    seen: () => terminals.map(({ session }) => session.soFar()).join('\n'),
    exitCodesOf: (command: string) =>
      Promise.all(
        terminals.filter(({ line }) => line.includes(command)).map(async ({ session }) => (await session.ended).code),
      ),
    async type(line: string): Promise<void> {
      const [, item] = /belay sign production (\S+)/.exec(line) ?? []
      if (item !== undefined) await deploying()?.said(`.${item}`)
      // What comes after a deployment on the page expects that it has ended.
      else if (!line.includes('belay waiting')) await deploying()?.ended
      const session = open(line)
      if (line.includes('belay dev')) await session.said('Ctrl-C stops all of it', 120_000)
      else if (line.includes('belay deploy')) await session.said('Next: belay sign', 120_000)
      else expect(await session.ended).toMatchObject({ code: 0 })
    },
    async leave(): Promise<void> {
      for (const { session } of terminals) session.interrupt()
      await Promise.all(terminals.map(({ session }) => session.ended))
    },
  }
}
