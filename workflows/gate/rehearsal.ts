import { no, type Said, yes } from '../../src/domain/gate/provider.ts'
import { bindsStill, judgeRehearsal, rehearsedOf } from '../../src/domain/rehearsal/answer.ts'
import { additiveRefusal, countsAsAdditive } from '../../src/domain/rollback/additive-review.ts'
import { allAdditive } from '../../src/domain/rollback/plan.ts'
import { Trouble } from '../run/interrupt.ts'
import { note, type Run } from '../run/run.ts'
import { rehearseOnHost } from '../short-runs/rehearse.ts'

/**
 * The pending migrations tried on a scratch database, by the first host. What was found is kept as `run.rehearsed`. Asked
 * again it runs only what is stale: another live schema, other files, another server.
 */
export async function askRehearsal(run: Run, row: { id: string; summary: string }): Promise<Said> {
  const { database, release, environment } = run.plan
  if (!database) return yes('there is no database')
  const answer = await rehearseOnHost(run, row, 'gate')
  const before = run.rehearsed
  run.rehearsed = rehearsedOf(answer)
  const names = run.rehearsed?.migrations ?? []
  const { ok, detail } = judgeRehearsal(answer, allAdditive(names, database.migrations.additive))
  if (run.rehearsed?.oldReleaseWorks && !before?.oldReleaseWorks)
    note(run, 'step', `proven additive by the live release: ${names.join(', ')}`)
  const next = `belay rehearse ${release.version} --env ${environment}`
  return ok ? yes(short(detail)) : no(short(detail), { next })
}

/**
 * Right before the first change: what is about to be applied, to what, is what was rehearsed. The schema may have changed
 * since it was reviewed, and what was proven additive may be so no more.
 */
export function rehearsalStillBinds(run: Run): void {
  const { rehearsed, pending, done, plan } = run
  const [host = null] = plan.hosts
  if (!rehearsed || pending.length === 0) return
  const same = bindsStill(rehearsed, { live: done.catalogBefore, pending })
  const next = `belay deploy ${plan.release.version} --env ${plan.environment}`
  const message = same
    ? additiveRefusal(plan, pending, isFirst(run), rehearsed)
    : `the rehearsal is stale: the live schema or its history changed while the release was prepared; see what changed, then ${next}`
  if (message !== null) throw new Trouble({ kind: 'preparation_failed', step: 'rehearseRelease', host, message })
}

/** Nothing is live: no old release has to live with anything. */
export function isFirst({ plan, hostStates }: Run): boolean {
  return plan.hosts.every((host) => (hostStates.get(host)?.records.length ?? 0) === 0)
}

/** Of this run: as the configuration says, or as the live release has shown. */
export function isAdditive(run: Run): boolean {
  return countsAsAdditive(run.pending, run.plan.database?.migrations.additive ?? 'all', run.rehearsed)
}

function short(detail: string): string {
  const line = detail.replaceAll(/\s+/g, ' ')
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
