import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { resolve } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { codeWords } from '../../src/domain/exit-words.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { KeeperProcess, ServiceProcess } from '../../src/domain/plan.ts'
import { MissingReference, referencedNames, resolveReferences } from '../../src/domain/reference.ts'
import { isErrno } from '../disk/atomic.ts'
import { secretsIn } from './inherited.ts'
import { openLog } from './log-end.ts'
import type { Start, Surroundings } from './managed.ts'
import { marks, serviceEnvironment } from './marks.ts'
import { entryOf, type ProcessEntry } from './proc.ts'
import { commandFailed } from './short-command.ts'

export type Spawned = {
  entry: ProcessEntry
  /** How it ended, in words; null while it runs. */
  ended: () => string | null
  log: string
  /** Size of the log before the start, in bytes. */
  logStart: number
  secrets: readonly string[]
}

/** Starts a program that has nothing to do with us any more. Throws `CommandFailed` when it cannot be started. */
export async function spawnKept(
  start: Start & { process: KeeperProcess; world: Surroundings; token: string },
): Promise<Spawned> {
  const { process, world, releaseDirectory, token } = start
  const [program = '', ...args] = resolved(start, () =>
    process.run.command.map((word) => resolveReferences(word, world.environment)),
  )
  const env = resolved(start, () => serviceEnvironment({ ...start, ...world }))
  const log = resolve(world.order.directory, process.run.log)
  const { descriptor, size: logStart } = await openLog(log)
  const child = spawn(program, args, {
    cwd: releaseDirectory,
    env: { ...env, [marks.start]: token },
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
  })
  closeSync(descriptor)
  let how: string | null = null
  child.on('exit', (exitCode, signal) => {
    const end = codeWords({ exitCode, signal })
    how = signal === null ? `its end with exit code ${end}` : `its end by ${end}`
  })
  const problem = await new Promise<Error | null>((done) => {
    child.once('spawn', () => done(null))
    child.once('error', done)
  })
  if (problem) throw commandFailed(`${process.name}: cannot start ${program}: ${why(problem, releaseDirectory)}`, '')
  child.unref()
  const entry = entryOf(child.pid ?? 0) ?? gone(child.pid ?? 0)
  return { entry, ended: () => how, log, logStart, secrets: secretsIn(world.environment, givenSecrets(start)) }
}

function resolved<T>({ process }: { process: ServiceProcess }, resolveAll: () => T): T {
  try {
    return resolveAll()
  } catch (error) {
    if (!(error instanceof MissingReference)) throw error
    const message = `${process.name}: ${error.message}; set it for the agent`
    throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
  }
}

function givenSecrets({
  process,
  world,
  env,
}: {
  process: KeeperProcess
  world: Surroundings
  env: Start['env']
}): string[] {
  const texts = [...process.run.command, ...Object.values(process.run.env), ...Object.values(env)]
  return texts.flatMap(referencedNames).flatMap((name) => world.environment[name] ?? [])
}

function why(error: Error, directory: string): string {
  if (isErrno(error, 'ENOENT')) return `no such program, or no directory ${directory}`
  return isErrno(error, 'EACCES') ? 'permission denied' : error.message
}

/** It ended before we could look: no process will ever match this. */
function gone(pid: number): ProcessEntry {
  return { pid, parent: 0, group: pid, session: pid, terminal: false, startTicks: -1 }
}
