import { execFile } from 'node:child_process'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import semver from 'semver'
import { historyFinding } from './doctor-history.ts'
import { temporalFindings } from './doctor-temporal.ts'
import type { Finding, Patient } from './finding.ts'

export type { Finding, Patient } from './finding.ts'

/** Looks at everything Belay needs, changes nothing that stays, and answers within seconds. */
export async function runDoctor(patient: Patient): Promise<Finding[]> {
  const findings = await Promise.all([
    gitFinding(patient),
    temporalFindings(patient),
    historyFinding(patient),
    diskFinding(patient.directory),
  ])
  return [nodeFinding(process.versions.node), ...findings.flat()]
}

/** `.ts` files run without a flag from here on. */
const oldestNode = '22.19.0'
/** `--end-of-options` and worktrees as Belay uses them. */
const oldestGit = '2.30.0'
const leastFreeBytes = 500_000_000

const execFileAsync = promisify(execFile)

export function nodeFinding(version: string): Finding {
  const ok = semver.gte(version, oldestNode)
  return { name: 'node', ok, detail: version, fix: ok ? null : `install Node ${oldestNode} or newer` }
}

async function gitFinding({ environment }: Patient): Promise<Finding> {
  const fix = `install git ${oldestGit} or newer`
  try {
    const { stdout } = await execFileAsync('git', ['--version'], { env: { ...environment }, timeout: 5_000 })
    const version = semver.coerce(stdout)
    const ok = version !== null && semver.gte(version, oldestGit)
    return { name: 'git', ok, detail: version?.version ?? stdout.trim(), fix: ok ? null : fix }
  } catch {
    return { name: 'git', ok: false, detail: 'not on the path', fix }
  }
}

/** Writing is the only proof that one may write. */
async function diskFinding(directory: string): Promise<Finding> {
  const probe = join(directory, `.doctor-${process.pid}`)
  try {
    await mkdir(directory, { recursive: true, mode: 0o711 })
    const handle = await open(probe, 'w', 0o600)
    try {
      await handle.writeFile('written by belay doctor\n')
      await handle.sync()
    } finally {
      await handle.close()
      await rm(probe, { force: true })
    }
    const { bavail, bsize } = await statfs(directory)
    const free = bavail * bsize
    const ok = free >= leastFreeBytes
    const fix = ok ? null : `free at least ${leastFreeBytes / 1e6} MB`
    return { name: 'disk', ok, detail: `${directory} is writable, ${Math.floor(free / 1e6)} MB free`, fix }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { name: 'disk', ok: false, detail, fix: `make ${directory} writable for this user` }
  }
}
