import { z } from 'zod'
import { command } from './command.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { onlyBeside } from './one-of.ts'
import { absolutePath } from './path.ts'
import { choice, name, referenceText } from './text.ts'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'a variable name of letters, digits and _' })
const unit = z
  .string({ error: 'a systemd unit like vpn-shop.service' })
  .regex(/^[A-Za-z0-9@_][A-Za-z0-9@_.:\\-]{0,200}\.(service|target)$/, {
    error: 'a systemd unit like vpn-shop.service',
  })

/** Three ways: `start` alone (Belay's own keeper), `systemd`, or `start` + `stop` + `pid` commands. */
export const process = z
  .strictObject({
    start: described(
      command().optional(),
      'Command that is the process, run in the release; with stop and pid: the command that starts it.',
      ['node', 'app/web.js'],
    ),
    systemd: described(
      unit.optional(),
      'Unit that systemd runs; it must start from `current`.',
      'vpn-shop-worker.service',
    ),
    stop: described(command().optional(), 'Command that stops what `start` started; needs pid.', [
      'bin/service',
      'stop',
    ]),
    pid: described(
      command().optional(),
      'Command that prints the pids of the running instance, one a line, nothing when stopped; needs stop.',
      ['bin/service', 'pid'],
    ),
    role: described(
      choice(['application', 'worker']).optional(),
      'Workers start after the application. A process named `worker` is one unless said otherwise, any other is not.',
      'worker',
    ),
    env: described(
      z.record(variable, referenceText()).optional(),
      'Environment of a process started by `start` alone; secrets are references.',
      { DATABASE_URL: '${env:DATABASE_URL}' },
    ),
    log: described(
      absolutePath().optional(),
      'Where its output goes; `<directory>/log/<name>.log` when left out.',
      '/var/log/vpn-shop/web.log',
    ),
    stop_timeout: described(duration().prefault('30s'), 'How long a stop may take before SIGKILL.', '30s'),
    start_timeout: described(duration().prefault('1m'), 'How long a start may take before it has failed.', '1m'),
  })
  .superRefine((entry, context) => {
    const byUnit = entry.systemd !== undefined
    if (byUnit === (entry.start !== undefined)) {
      const got = byUnit ? 'start and systemd' : 'none'
      context.addIssue({ code: 'custom', message: 'exactly one of start, systemd', params: { got } })
    }
    onlyBeside(entry, ['stop', 'pid'], ['start'], context)
    onlyBeside(entry, ['env', 'log'], ['start'], context)
    onlyBeside(entry, ['stop'], ['pid'], context)
    onlyBeside(entry, ['pid'], ['stop'], context)
    for (const [key, value] of Object.entries(entry.env ?? {})) refuseWrittenSecret(key, value, context)
  })

const processIs = 'A process: start, which is it; or systemd; or start, stop and pid, commands that manage it.'

export const processes = described(
  z
    .record(name(), described(process, processIs, { start: ['node', 'app/web.js'] }))
    .refine((all) => Object.keys(all).length > 0, { error: 'at least one process' }),
  'What runs, by name: `start: [..]`, `systemd: unit`, or `start`, `stop` and `pid` commands.',
  { web: { start: ['node', 'app/web.js'] } },
)

function refuseWrittenSecret(key: string, value: string, context: z.core.$RefinementCtx): void {
  if (!/(PASSWORD|SECRET|TOKEN|API_KEY|PRIVATE_KEY)$/i.test(key) || value.includes('${env:')) return
  context.addIssue({
    code: 'custom',
    message: `a reference like \${env:${key}}`,
    path: ['env', key],
    params: { got: 'a value written in the file' },
  })
}
