import { z } from 'zod'
import { safetyRules } from '../../domain/gate/safety-rules.ts'
import { after } from './after.ts'
import { peakHours } from './calendar.ts'
import { checks } from './checks.ts'
import { database } from './database.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { monitoring } from './monitoring.ts'
import { notify } from './notify.ts'
import { onCall } from './on-call.ts'
import { absolutePath } from './path.ts'
import { configurationFiles, marker, release, serving } from './release.ts'
import { repository } from './repository.ts'
import { review } from './review.ts'
import { choice, reason, yesNo } from './text.ts'
import { httpUrl } from './url.ts'
import { verification } from './verification.ts'

const serviceExpected = 'a name of a-z, 0-9 and -, starting with a letter, at most 63 characters'
const service = z.string({ error: serviceExpected }).regex(/^[a-z][a-z0-9-]{0,62}$/, { error: serviceExpected })
const host = z.string({ error: 'a host name' }).regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, { error: 'a host name' })

/** One environment, complete: the defaults of the file with the environment's own settings over them. */
export const settings = z.strictObject({
  service: described(service, 'Name of what is deployed.', 'vpn-shop'),
  repository,
  release,
  marker,
  serving,
  database,
  configuration: configurationFiles,
  prometheus: described(
    httpUrl().optional(),
    'Prometheus that metric checks with a query ask.',
    'http://localhost:9090',
  ),
  checks,
  verification,
  monitoring,
  review,
  peak_hours: peakHours,
  on_call: onCall,
  identity: described(
    choice(['claimed', 'ssh']).prefault('claimed'),
    'What a name is worth: `claimed` takes it as given and says so; `ssh` demands that every deployment, signature, decision and hold is signed with a key that the workers know.',
    'ssh',
  ),
  drills: described(yesNo().prefault(false), 'Whether `belay drill` may deploy here and go back on purpose.', true),
  after,
  rollback: described(
    z
      .strictObject({
        remind_every: described(
          duration().prefault('15m'),
          'How often people are told again that a rollback waits for a decision. It never decides by itself.',
          '15m',
        ),
      })
      .prefault({}),
    'How a rollback behaves.',
  ),
  notify,
  log: described(
    z
      .strictObject({
        file: described(
          absolutePath().optional(),
          'File the deployment log is appended to.',
          '/var/log/vpn-shop/deployments.log',
        ),
      })
      .prefault({}),
    'The deployment log.',
  ),
  hosts: described(
    z
      .array(host, { error: 'a list of host names like [local]' })
      .min(1, { error: 'a list of host names like [local]' })
      .refine((names) => new Set(names).size === names.length, { error: 'each host once' }),
    'Hosts of the environment, each with an agent of that name.',
    ['app-1', 'app-2'],
  ),
  ignored_safeties: described(
    z
      .array(
        described(
          z.strictObject({
            rule: described(choice(safetyRules), 'Which rule.', 'short_window'),
            reason: described(reason(), 'Why.', 'staging is rebuilt every hour'),
          }),
          'A rule, and why it is broken.',
        ),
      )
      .prefault([]),
    'Safety rules broken on purpose; shown and recorded with every deployment.',
    [{ rule: 'short_window', reason: 'staging is rebuilt every hour' }],
  ),
})

export type Settings = z.output<typeof settings>
