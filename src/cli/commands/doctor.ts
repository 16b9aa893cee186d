import { join } from 'node:path'
import { runDoctor } from '../../dev/doctor.ts'
import { exitCodes } from '../exit.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

export async function doctor(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const findings = await runDoctor({
    environment: shell.environment,
    directory: join(shell.directory, '.belay'),
    hosts: ['local'],
    now: shell.now,
  })
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, findings }, null, 2))
  else {
    for (const finding of findings) {
      shell.print(
        `${finding.ok ? 'ok  ' : 'MISS'}  ${finding.name.padEnd(18)} ${finding.detail}${finding.ok || !finding.fix ? '' : `\n      next: ${finding.fix}`}`,
      )
    }
  }
  return findings.every((finding) => finding.ok) ? exitCodes.done : exitCodes.unreachable
}
