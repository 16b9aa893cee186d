import { z } from 'zod'
import { command } from './command.ts'
import { scalar, sql } from './database.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { metric } from './metric.ts'
import { exactlyOne, onlyBeside } from './one-of.ts'
import { absolutePath } from './path.ts'
import { percentage } from './percentage.ts'
import { choice, flag, name, wholeNumber } from './text.ts'
import { hostAndPort, httpUrl, postgresUrl } from './url.ts'

export const checkKinds = [
  'http',
  'postgres',
  'postgres_pool',
  'metric',
  'log',
  'command',
  'tcp',
  'process',
  'marker',
] as const
export type CheckKind = (typeof checkKinds)[number]

/** Kinds that are about one host's own files and processes. */
const hostKinds = ['command', 'log', 'process', 'marker'] as const

const postgres = z.strictObject({
  url: described(postgresUrl().optional(), 'Database to ask; `database.url` when left out.', '${env:DATABASE_URL}'),
  sql: described(sql().optional(), 'A query with one value; `select 1` when left out.', 'select count(*) from plans'),
  expect: described(scalar.optional(), 'The value it must give; any when left out.', 3),
})

const postgresPool = z.strictObject({
  url: described(postgresUrl().optional(), 'Database to ask; `database.url` when left out.', '${env:DATABASE_URL}'),
  max_used: described(percentage().prefault('80%'), 'How much of max_connections may be in use.', '80%'),
  connections: described(wholeNumber(1, 100).prefault(2), 'How many connections are really opened at once.', 2),
})

const pattern = (expected: string) =>
  z
    .string({ error: expected })
    .min(1, { error: expected })
    .max(500, { error: `${expected} of at most 500 characters` })
    .refine(isPattern, { error: `${expected} that compiles` })

const log = z
  .strictObject({
    file: described(
      absolutePath().optional(),
      'Log file on the host; only what was written since the deployment is read.',
      '/var/log/vpn-shop/worker.log',
    ),
    process: described(name().optional(), 'In place of file: a process of the release, its own log.', 'worker'),
    no: described(pattern('a regular expression').optional(), 'Failed when a line matches.', 'ERROR'),
    recent: described(pattern('a regular expression').optional(), 'Passed when a line matches.', 'processed'),
    within: described(duration().optional(), 'How recent that line must be.', '1m'),
  })
  .superRefine((entry, context) => {
    exactlyOne(entry, ['file', 'process'], context)
    onlyBeside(entry, ['within'], ['recent'], context)
    if (entry.no !== undefined || entry.recent !== undefined) return
    context.addIssue({ code: 'custom', message: 'no, recent, or both', params: { got: 'none' } })
  })

/** Exactly one kind key, and siblings that belong to it. Shared by `checks` and `monitoring.checks`. */
export const checkShape = {
  http: described(httpUrl().optional(), 'Get this address.', 'https://api.example.com/health'),
  status: described(wholeNumber(100, 599).optional(), 'Status http must give; 200 when left out.', 200),
  json: described(z.json().optional(), 'JSON the reply must contain: objects as a subset, lists and scalars equal.', {
    status: 'ok',
    db_ready: true,
  }),
  max_latency: described(duration().optional(), 'How slow http may answer.', '500ms'),
  postgres: described(postgres.optional(), 'Connect and ask.', { sql: 'select 1' }),
  postgres_pool: described(postgresPool.optional(), 'Used connections against the limit, and some really opened.', {
    max_used: '80%',
  }),
  metric: described(metric.optional(), 'A number from Prometheus or a metrics page. No data is never health.', {
    query: 'system_state_status',
    equals: 0,
  }),
  log: described(log.optional(), 'Lines that must not, or must, have been written since the deployment.', {
    process: 'worker',
    no: 'ERROR',
  }),
  command: described(command().optional(), 'Run on each host in the release; exit code 0 passes.', ['bin/smoke-test']),
  tcp: described(hostAndPort().optional(), 'Connect to this port.', 'localhost:5432'),
  process: described(name().optional(), 'This process of the release runs from the new release.', 'worker'),
  marker: described(flag().optional(), 'The marker file says what was deployed.', true),
  from: described(
    choice(['worker', 'hosts']).optional(),
    'Probed once from a Belay worker, or on every host by its agent. Left out: hosts for command, log, process, marker and localhost, else worker.',
    'hosts',
  ),
  timeout: described(duration().prefault('5s'), 'How long one attempt may take.', '5s'),
  deadline: described(
    duration().prefault('1m'),
    'While verifying, how long attempts are repeated until one passes.',
    '1m',
  ),
} as const

const check = described(
  z.strictObject(checkShape).superRefine(checkKind),
  'A check: exactly one of http, postgres, postgres_pool, metric, log, command, tcp, process, marker; and what belongs to it.',
  { http: 'http://localhost:8080/health' },
)

export const checks = described(
  z.record(name(), check).prefault({}),
  'Health checks by name. All of them run at once when a release is verified.',
  { health: { http: 'http://localhost:8080/health' } },
)

export function checkKind(entry: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  exactlyOne(entry, checkKinds, context)
  onlyBeside(entry, ['status', 'json', 'max_latency'], ['http'], context)
  if (entry.from === 'worker' && hostKinds.some((kind) => entry[kind] !== undefined)) {
    context.addIssue({ code: 'custom', message: 'hosts for command, log, process and marker', path: ['from'] })
  }
}

function isPattern(value: string): boolean {
  try {
    new RegExp(value, 'u')
    return true
  } catch {
    return false
  }
}
