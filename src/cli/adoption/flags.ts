import { Usage } from '../../client/errors.ts'
import type { NamedProcess } from '../../domain/adoption.ts'
import type { Plan } from '../../domain/plan.ts'
import { isCommitId, parseVersion, shown } from '../../domain/version.ts'
import { text } from '../given.ts'
import type { Options } from '../program/command.ts'

/** `--version` and `--commit`: what runs. */
export function releaseOf(options: Options): { version: string; commit: string | null } {
  const parsed = parseVersion(text(options.version) ?? '')
  if ('problem' in parsed) throw new Usage(`--version: ${parsed.problem}`)
  const commit = text(options.commit)
  if (commit !== null && !isCommitId(commit)) {
    throw new Usage(`--commit: expected all 40 digits of a commit id, got ${shown(commit)}`)
  }
  return { version: parsed.version, commit }
}

/** `--from`: absolute, as it is on the host. */
export function fromOf(options: Options): string | null {
  const from = text(options.from)
  if (from === null || from.startsWith('/')) return from
  throw new Usage(`--from: expected an absolute directory, as it is on the host, got ${shown(from)}`)
}

/** `--pid web=123`, `--pid-file web=/run/web.pid`; with several hosts `web@app-1=123`. */
export function namedOf(options: Options, { hosts, layout }: Pick<Plan, 'hosts' | 'layout'>): NamedProcess[] {
  const known = layout.processes.map((process) => process.name)
  const pids = given(options.pid).map((one) => ({ ...parts('--pid', one), flag: '--pid' }))
  const files = given(options.pidFile).map((one) => ({ ...parts('--pid-file', one), flag: '--pid-file' }))
  return [...pids, ...files].map(({ flag, process, host, value }) => {
    if (!known.includes(process)) {
      throw new Usage(`${flag}: expected one of ${known.join(', ') || 'no processes'}, got ${shown(process)}`)
    }
    if (host === null && hosts.length > 1) {
      throw new Usage(
        `${flag}: expected the host with it, such as ${process}@${hosts[0]}=${value}; there are ${hosts.length}`,
      )
    }
    if (host !== null && !hosts.includes(host)) {
      throw new Usage(`${flag}: expected one of the hosts ${hosts.join(', ')}, got ${shown(host)}`)
    }
    return { process, host, by: flag === '--pid' ? { pid: pidIn(value) } : { pidFile: fileIn(value) } }
  })
}

function parts(flag: string, text: string): { process: string; host: string | null; value: string } {
  const found = /^([^=@]+)(?:@([^=]+))?=(.+)$/.exec(text)
  const [, process = '', host = null, value = ''] = found ?? []
  if (found) return { process, host, value }
  throw new Usage(
    `${flag}: expected process=value, such as ${flag === '--pid' ? 'web=1234' : 'web=/run/web.pid'}, got ${shown(text)}`,
  )
}

function pidIn(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new Usage(`--pid: expected a process number, got ${shown(text)}`)
}

function fileIn(text: string): string {
  if (text.startsWith('/')) return text
  throw new Usage(`--pid-file: expected an absolute path, as it is on the host, got ${shown(text)}`)
}

function given(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
