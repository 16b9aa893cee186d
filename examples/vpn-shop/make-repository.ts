import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** Where the shop is to live. What is left out stays as the files say. */
export type Site = {
  /** Absolute; in place of `/srv/vpn-shop`. */
  root?: string
  ports?: { production: number; staging: number; vpnApi: number; paymentProvider: number }
  /** Of every release, or of each its own. */
  window?: Window | Readonly<Record<Version, Window>>
  /** How long after its start a bad release falls ill. */
  fallIllAfterMs?: number
}

/** Durations as in `belay.yaml`, such as `40s`. Under ten minutes is an ignored safety, on the record with `reason`. */
export type Window = { length: string; interval: string; afterRollback: string; reason: string }

export const versions = ['1.0.0', '1.1.0', '1.2.0', '1.2.1', '1.3.0'] as const
export type Version = (typeof versions)[number]

/**
 * Makes the shop's git repository in `directory` (new or empty): a commit and an annotated tag `v<version>` for each
 * release, on `main`. `tags`: `v<version>` -> commit. The same site gives the same commits.
 */
export async function makeRepository(
  directory: string,
  site: Site = {},
): Promise<{ directory: string; tags: Record<string, string> }> {
  await mkdir(directory, { recursive: true })
  if ((await readdir(directory)).length > 0) throw new Error(`${directory}: expected an empty directory, got files`)
  await git(directory, ['init', '--quiet', '--initial-branch=main'])
  const tags: Record<string, string> = {}
  for (const [day, version] of versions.entries()) {
    await writeRelease(directory, version, site)
    tags[`v${version}`] = await commit(directory, version, `2026-01-${String(10 + day).padStart(2, '0')}T09:00:00Z`)
  }
  return { directory, tags }
}

const own = import.meta.dirname

/** Each release is the one before with its own files laid over it. */
async function writeRelease(directory: string, version: Version, site: Site): Promise<void> {
  await cp(join(own, 'releases', version), directory, { recursive: true })
  await cp(join(own, 'belay.yaml'), join(directory, 'belay.yaml'))
  for (const file of ['package.json', 'package-lock.json']) {
    await rewrite(join(directory, file), (text) => text.replace(/"version": "1\.\d\.\d"/, `"version": "${version}"`))
  }
  await rewrite(join(directory, 'belay.yaml'), (text) => withWindow(placed(text, site), windowOf(site, version)))
  for (const file of await readdir(join(directory, 'config'))) {
    await rewrite(join(directory, 'config', file), (text) => withIllness(placed(text, site), site))
  }
}

function placed(text: string, { root = '/srv/vpn-shop', ports }: Site): string {
  const values: Record<string, string | number> = {
    '/srv/vpn-shop': JSON.stringify(root).slice(1, -1),
    ...(ports && { 8080: ports.production, 8081: ports.staging, 8090: ports.vpnApi, 8091: ports.paymentProvider }),
  }
  return text.replace(/\/srv\/vpn-shop|\b80[89][01]\b/g, (found) => String(values[found] ?? found))
}

function windowOf({ window }: Site, version: Version): Window | undefined {
  return window && 'length' in window ? window : window?.[version]
}

function withWindow(text: string, window: Window | undefined): string {
  if (!window) return text
  const shorter = text
    .replace('window: 10m', `window: ${window.length}`)
    .replace('interval: 15s', `interval: ${window.interval}`)
    .replace('after_rollback: 5m', `after_rollback: ${window.afterRollback}`)
  return `${shorter}\nignored_safeties:\n  - { rule: short_window, reason: ${JSON.stringify(window.reason)} }\n`
}

function withIllness(text: string, { fallIllAfterMs }: Site): string {
  return fallIllAfterMs === undefined ? text : text.replace(/("fallIllAfterMs": )\d+/, `$1${fallIllAfterMs}`)
}

async function commit(directory: string, version: string, at: string): Promise<string> {
  const env = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }
  await git(directory, ['add', '--all'])
  await git(directory, ['commit', '--quiet', `--message=Release ${version}`], env)
  await git(directory, ['tag', '--annotate', `--message=Release ${version}`, '--', `v${version}`], env)
  return git(directory, ['rev-parse', '--verify', 'HEAD'])
}

/** Neither the caller's settings nor a hook may change what is made. */
async function git(directory: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const settings = ['user.name=Shop', 'user.email=shop@example.com', 'commit.gpgSign=false', 'tag.gpgSign=false']
  const options = [...settings, 'core.hooksPath=/dev/null', 'core.autocrlf=false'].flatMap((entry) => ['-c', entry])
  const { stdout } = await execa('git', [...options, ...args], {
    cwd: directory,
    env: {
      ...env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      GIT_INDEX_FILE: undefined,
    },
  })
  return stdout
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')))
}
