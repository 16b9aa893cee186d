import { blamed, type IntegrityReport, integrityLine, resultLine } from '../src/domain/integrity/integrity.ts'
import { integrityLimitMs } from '../src/domain/integrity/limit.ts'
import { act, onHost } from './proxies.ts'
import type { Back } from './rollback/back.ts'
import { Trouble } from './run/interrupt.ts'
import { note, orderFor, type Run } from './run/run.ts'
import { named } from './run/trouble.ts'

/**
 * What the data is before anything changes: kept on the first host, and what is wrong already is said. `sourceOf`: where
 * the release's migrations are on a host.
 */
export async function keepIntegrity(run: Run, sourceOf: (host: string) => string): Promise<void> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (database?.integrityLevel === undefined || host === undefined) return
  const row = { id: 'integrity before', summary: `${database.integrityLevel}: what the data is before the deployment` }
  const input = {
    order: orderFor(run, host),
    database,
    releaseDirectory: sourceOf(host),
    pending: run.pending,
  }
  const report = await named('keepIntegrity', host, () =>
    act(onHost(host, 'patient', integrityLimitMs(database)).keepIntegrity, row, input),
  )
  note(run, 'step', `integrity before the deployment: ${integrityLine(report)}`)
}

/** Once it is live: an assertion that fails now and did not before is the release's. Rows are not compared. */
export async function checkIntegrityAfter(run: Run): Promise<void> {
  const report = await heldAgainst(run, {
    deployments: [run.plan.deployment],
    when: 'after deployment',
    schemaKept: true,
    catalogAfter: run.done.catalogAfter,
  })
  if (report) note(run, 'step', `integrity after the deployment: ${proven(run, report)}`)
}

/** After a rollback, at the level of what was kept before: what is wrong now and was not then is not proven. */
export async function checkIntegrity(run: Run, back: Back): Promise<string> {
  const [host = ''] = run.plan.hosts
  const { way, schema } = back
  const report = await heldAgainst(run, {
    deployments: way.targets.get(host)?.over ?? [],
    when: 'after rollback',
    schemaKept: schema.kept.length > 0,
    catalogAfter: way.catalogAfter,
  })
  return report ? proven(run, report) : await checkAsItIs(run)
}

type Against = NonNullable<Parameters<ReturnType<typeof onHost>['checkIntegrity']>[0]['against']>

/** null: no database, or a plan made before anything was kept. */
async function heldAgainst(run: Run, against: Against): Promise<IntegrityReport | null> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (database?.integrityLevel === undefined || host === undefined) return null
  const row = { id: 'integrity', summary: `${against.when}: structure, rows, the service’s own queries` }
  const input = { order: orderFor(run, host), database, against }
  return await named('checkIntegrity', host, () =>
    act(onHost(host, 'patient', integrityLimitMs(database)).checkIntegrity, row, input),
  )
}

/** Plans of earlier versions kept no rows: nothing to compare with. */
async function checkAsItIs(run: Run): Promise<string> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return 'no database'
  const report = await named('checkIntegrity', host, () =>
    act(
      onHost(host, 'patient').checkIntegrity,
      { id: 'integrity', summary: 'structure and the service’s own queries' },
      { order: orderFor(run, host), database },
    ),
  )
  // An agent of an earlier version knows no level and keeps no rows.
  throwWhereBlamed(run, { results: report.results, tables: [] })
  return `${report.results.length} assertions hold: ${report.results.map((result) => result.name).join(', ')}`
}

function proven(run: Run, report: IntegrityReport): string {
  throwWhereBlamed(run, report)
  return integrityLine(report)
}

function throwWhereBlamed(run: Run, report: Pick<IntegrityReport, 'results' | 'tables'>): void {
  const bad = blamed(report)
  if (bad.length === 0) return
  // An open question fails nothing by itself, but belongs in the words of what did fail.
  const open = report.tables.filter(({ verdict }) => verdict === 'inconclusive')
  const detail = [...bad, ...open].map(resultLine).join('; ')
  throw new Trouble({ kind: 'not_proven', what: 'data integrity', host: run.plan.hosts[0] ?? '', detail })
}
