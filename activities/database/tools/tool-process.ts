import { spawn } from 'node:child_process'
import { isErrno } from '../../disk/atomic.ts'
import { sha256Of } from '../../disk/sha256.ts'
import { saying } from '../client.ts'
import type { MigrationSettings, Target } from './tool.ts'

/** `tail`: what its last words say of an error, without secrets. Neither that nor the exit code proves anything. */
type ProgramEnd = { exitCode: number | null; signal: string | null; tail: string }

export type Running = {
  command: readonly string[]
  cwd: string
  settings: MigrationSettings
  /** Takes what it prints on stdout; absent: all it prints is shown. */
  out?: (text: string) => void
  /** It is ended then, and all of its process group; absent: whoever started us sees to it. */
  timeoutMs?: number
}

/**
 * Runs a process of a tool to its end. The address is in DATABASE_URL and nowhere else, with the limits of a statement,
 * and with a name for its sessions by which they are found again if this process is killed.
 */
export function runToolProcess(target: Omit<Target, 'client'>, running: Running): Promise<ProgramEnd> {
  const { command, cwd, settings, out, timeoutMs } = running
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const env = { ...target.environment, DATABASE_URL: addressFor(target.url, settings) }
    const detached = timeoutMs !== undefined
    const child = spawn(program, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = detached ? setTimeout(() => killGroup(child.pid), timeoutMs) : undefined
    let tail = ''
    const show = target.shown ?? ((text: string) => void process.stdout.write(text))
    const keep = (text: string) => {
      tail = (tail + text).slice(-4_000)
    }
    child.stdout
      .setEncoding('utf8')
      .on('data', keep)
      .on('data', out ?? show)
    child.stderr
      .setEncoding('utf8')
      .on('data', keep)
      .on('data', out ? () => undefined : show)
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer)
      resolve({ exitCode, signal, tail: saying(new Error(shortened(tail)), target.url) })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}

/** What a session of a tool's process is called while these migrations are its work; Postgres cuts names at 63. */
export function sessionName({ schema, table }: MigrationSettings): string {
  return `belay runs ${sha256Of(`${schema}.${table}`).slice(0, 16)}`
}

/** The tools have no option for the limits of a statement; the server takes them with the connection. */
function addressFor(url: string, settings: MigrationSettings): string {
  const limited = new URL(url)
  const options = `-c lock_timeout=${settings.lockTimeoutMs} -c statement_timeout=${settings.timeoutMs}`
  limited.searchParams.set('options', [limited.searchParams.get('options'), options].filter(Boolean).join(' '))
  limited.searchParams.set('application_name', sessionName(settings))
  // Form encoding writes a blank as "+", which libpq and its kin take for a plus.
  limited.search = limited.search.replaceAll('+', '%20')
  return limited.href
}

/** The error itself, without the stack of the tool and the fields a driver leaves empty. */
function shortened(tail: string): string {
  const lines = tail.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |: undefined,?$/.test(line))
  const first = lines.findIndex((line) => /error/i.test(line))
  return lines.slice(Math.max(0, first)).slice(0, 12).join('\n').slice(0, 1_000)
}
