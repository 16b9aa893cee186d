import type { Answers } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import type { Field } from './field.ts'
import { applicationOf, workerOf } from './process-names.ts'

/** The names under which checks answer items; null: there is no such check. */
export type CheckNames = {
  health: string
  database: string | null
  logs: string | null
  workers: string | null
  metrics: string | null
}

export function checkNamesFor(answers: Answers, detected: Detected): CheckNames {
  return {
    health: answers.health === 'none' ? 'running' : 'health',
    database: detected.database?.kind === 'postgres' ? 'db' : null,
    logs: 'start' in answers.run ? 'logs' : null,
    workers: workerOf(detected) === null ? null : 'workers',
    metrics: metricsAddress(answers, detected) === null ? null : 'metrics',
  }
}

/** A process that runs may be ill all the same: without an address or a database to ask, that is an ignored safety. */
export function lacksHealthCheck({ health }: Answers, { database }: Detected): boolean {
  return health === 'none' && database?.kind !== 'postgres'
}

export function checkFields(answers: Answers, detected: Detected): Field[] {
  const url = `\${env:${detected.database?.variable ?? 'DATABASE_URL'}}`
  const own = detected.migrations?.by === 'belay' ? {} : { url }
  const { database, logs, workers, metrics } = checkNamesFor(answers, detected)
  const fields: Field[] = [
    healthField(answers),
    ...(database ? [{ key: database, value: { postgres: { ...own, sql: 'select 1', expect: 1 } } }] : []),
    ...(database ? [{ key: 'pool', value: { postgres_pool: { ...own, max_used: '80%' } } }] : []),
    ...(workers ? [{ key: workers, value: { process: workerOf(detected) } }] : []),
    ...(logs
      ? [
          {
            key: logs,
            value: { log: { process: applicationOf, no: '\\b(ERROR|FATAL)\\b' } },
            note: 'lines since the deployment',
          },
        ]
      : []),
    ...(metrics ? [{ key: metrics, value: { http: metricsAddress(answers, detected) } }] : []),
    { key: 'marker', value: { marker: true } },
  ]
  return [{ key: 'checks', gap: true, note: 'all at once when a release is verified', fields }]
}

/** The runbook's six steps: each a check, or why it does not apply. */
export function verificationFields(answers: Answers, detected: Detected): Field[] {
  const { health, database, workers, metrics } = checkNamesFor(answers, detected)
  const no = (reason: string) => ({ not_applicable: reason })
  const noDatabase = detected.database
    ? 'the database is no Postgres, the one kind Belay can ask; a person looks'
    : 'no database was found in the repository'
  const fields: Field[] = [
    { key: 'database_connection', value: database ?? no(noDatabase) },
    { key: 'connection_pool', value: database ? 'pool' : no(noDatabase) },
    {
      key: 'vpn_api',
      value: no('no check of an external API was written yet'),
      note: 'the API this service depends on',
    },
    { key: 'system_state', value: health },
    { key: 'background_workers', value: workers ?? no('no background worker was found in the repository') },
    {
      key: 'metrics_collection',
      value:
        metrics ??
        no(
          detected.metrics ? 'no check of a metric was written yet' : 'no sign of metrics was found in the repository',
        ),
    },
  ]
  return [{ key: 'verification', gap: true, fields }]
}

function healthField({ health }: Answers): Field {
  if (health === 'none') return { key: 'running', value: { process: applicationOf } }
  if ('http' in health) return { key: 'health', value: { http: health.http }, note: 'expects 200' }
  return {
    key: 'health',
    value: { tcp: health.tcp },
    note: 'only that it accepts connections: better `http:` with an address',
  }
}

function metricsAddress({ health }: Answers, { listening }: Detected): string | null {
  if (health === 'none' || !('http' in health) || !listening?.metrics || !URL.canParse(health.http)) return null
  return new URL(listening.metrics, new URL(health.http).origin).href
}
