import { join } from 'node:path'
import { type Finding, runDoctor } from '../../dev/doctor.ts'
import { type EnvironmentNow, environmentsNow, heldLines, severalServices } from '../environments-now.ts'
import { exitCodes } from '../exit.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** What Belay needs; and, where its history answers, what stops deployments although nothing is ill. */
export async function doctor(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const findings = await runDoctor({
    environment: shell.environment,
    directory: join(shell.directory, '.belay'),
    hosts: ['local'],
    now: shell.now,
  })
  const environments = await environmentsOf(shell, options, findings)
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, findings, environments }, null, 2))
  else {
    for (const finding of findings) {
      shell.print(
        `${finding.ok ? 'ok  ' : 'MISS'}  ${finding.name.padEnd(18)} ${finding.detail}${finding.ok || !finding.fix ? '' : `\n      next: ${finding.fix}`}`,
      )
    }
    const several = severalServices(environments ?? [])
    for (const line of (environments ?? []).flatMap((one) => heldLines(one, several))) shell.print(line)
  }
  return findings.every((finding) => finding.ok) ? exitCodes.done : exitCodes.unreachable
}

/** null: nobody has said where the history is, or a finding says what is wrong with it. */
async function environmentsOf(
  shell: Shell,
  options: Options,
  findings: readonly Finding[],
): Promise<EnvironmentNow[] | null> {
  const there = findings.some(({ name, ok }) => name === 'postgres' && ok)
  return there && shell.environment.BELAY_DATABASE_URL ? await environmentsNow(shell, options) : null
}
