import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ownProgram } from '../../activities/disk/own-program.ts'

export type TemporalBinary = {
  file: string
  /** Of the server in it, e.g. `1.29.1`. */
  serverVersion: string
  /** In words: where it came from. */
  from: string
}

type Finding = { environment: NodeJS.ProcessEnv; say(line: string): void; cacheDirectory?: string }

/**
 * The `temporal` program: on the path, kept from an earlier time, downloaded, else built with Go. `say` is told when it
 * takes long. Throws with what to do when there is no way.
 */
export async function temporalBinary(finding: Finding): Promise<TemporalBinary> {
  const cached = await cachedTemporal(finding)
  if (cached) return cached
  const directory = temporalCache(finding)
  await mkdir(directory, { recursive: true })
  const downloaded = await download(directory, finding)
  const built = downloaded ?? (await build(directory, finding))
  if (built) return built
  throw new Error(
    'no Temporal server: expected `temporal` on the path, a download, or Go to build it; ' +
      'install the Temporal CLI or Go, or set TEMPORAL_ADDRESS to a server of yours',
  )
}

/** What is there without fetching anything; null: nothing. */
export async function cachedTemporal(finding: Omit<Finding, 'say'>): Promise<TemporalBinary | null> {
  const kept = join(temporalCache(finding), 'temporal')
  return (await probe('temporal', 'on the path', finding.environment)) ?? (await probe(kept, kept, finding.environment))
}

/** `BELAY_CACHE`, else `~/.cache/belay`; shared by all checkouts of a person. */
export function temporalCache({ environment, cacheDirectory }: Omit<Finding, 'say'>): string {
  return (
    cacheDirectory ?? join(environment.BELAY_CACHE ?? join(environment.HOME ?? homedir(), '.cache', 'belay'), 'bin')
  )
}

const execFileAsync = promisify(execFile)

/** Newer versions cannot be installed by `go install`: their module has replace directives. */
const goPackage = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'

/** A closed network refuses quickly; one that swallows packets must not cost a person's patience. */
const downloadTimeoutMs = 90_000
const buildTimeoutMs = 20 * 60_000

async function probe(file: string, from: string, environment: NodeJS.ProcessEnv): Promise<TemporalBinary | null> {
  try {
    const { stdout } = await execFileAsync(file, ['--version'], { env: environment, timeout: 20_000 })
    const serverVersion = /Server (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
    return serverVersion === undefined ? null : { file, serverVersion, from }
  } catch {
    return null
  }
}

/** In a process of its own, so that a download that hangs can be ended. */
async function download(directory: string, { environment, say }: Finding): Promise<TemporalBinary | null> {
  say('temporal: not installed; trying to download it')
  const program = ownProgram(import.meta, './download-temporal')
  return intoCache(directory, environment, 'downloaded', (into) =>
    execFileAsync(process.execPath, [program, into], {
      env: environment,
      timeout: downloadTimeoutMs,
      killSignal: 'SIGKILL',
    }),
  )
}

async function build(directory: string, { environment, say }: Finding): Promise<TemporalBinary | null> {
  if (!(await execFileAsync('go', ['version'], { env: environment }).catch(() => null))) return null
  say(`temporal: no download; building ${goPackage} with Go, once, three to four minutes on two cores`)
  return intoCache(directory, environment, 'built with Go', (into) =>
    execFileAsync('go', ['install', goPackage], {
      env: { ...environment, GOBIN: into },
      timeout: buildTimeoutMs,
    }).catch((cause: unknown) => {
      throw new Error(`go install ${goPackage} failed; see the cause, or set TEMPORAL_ADDRESS`, { cause })
    }),
  )
}

/** Made beside its place and renamed when it answers: two at once, or one that is killed, leave nothing half there. */
async function intoCache(
  directory: string,
  environment: NodeJS.ProcessEnv,
  from: string,
  make: (into: string) => Promise<unknown>,
): Promise<TemporalBinary | null> {
  const into = await mkdtemp(join(directory, '.new-'))
  try {
    await make(into)
    const made = await probe(join(into, 'temporal'), from, environment)
    if (!made) return null
    const file = join(directory, 'temporal')
    await rename(made.file, file)
    return { ...made, file }
  } catch (error) {
    if (from === 'downloaded') return null
    throw error
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}
