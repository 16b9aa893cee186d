import { CancellationScope } from '@temporalio/workflow'
import type { AppliedMigration } from '../src/domain/host.ts'
import { outOfBand } from '../src/domain/migration/words.ts'
import { additiveRefusal } from '../src/domain/rollback/additive-review.ts'
import { rulesStillHold } from './gate/gate.ts'
import { isFirst, rehearsalStillBinds } from './gate/rehearsal.ts'
import { claim } from './hosts/claim.ts'
import { buildOn, fetchOn } from './hosts/make-release.ts'
import { keepIntegrity } from './integrity.ts'
import { act, anywhere, onHost } from './proxies.ts'
import { Trouble, throwIfInterrupted } from './run/interrupt.ts'
import { sourceOf } from './run/live.ts'
import { enterPhase, note, orderFor, type Run, tick } from './run/run.ts'
import { evidenced, named } from './run/trouble.ts'

/** Claims every host, builds the release beside the live one and captures the way back. Nothing live changes. */
export async function captureRestorePoints(run: Run): Promise<void> {
  enterPhase(run, 'restore points', `preparing ${run.plan.hosts.join(', ')}`)
  // Claims are taken one after the other: of two runs that want the same hosts, one takes the first and the other stops.
  await evidenced(run, 'during.deployment_started', async () => {
    for (const host of run.plan.hosts) await claim(run, host, false)
  })
  tick(run, 'during.deployment_started', {
    state: 'passed',
    via: 'belay',
    detail: `claimed ${run.plan.hosts.join(', ')}`,
  })
  await Promise.all(run.plan.hosts.map((host) => build(run, host)))
  await reviewMigrations(run)
  await Promise.all(run.plan.hosts.map((host) => capture(run, host)))
  await keepIntegrity(run, (host) => sourceOf(run.live, host))
  await rulesStillHold(run)
  rehearsalStillBinds(run)
  await createTag(run)
  throwIfInterrupted(run)
}

async function build(run: Run, host: string): Promise<void> {
  const { release } = run.plan
  const summary = `${release.version} (${release.commit.slice(0, 12)}) beside the live one`
  const { releaseDirectory, source } = await fetchOn(run, host, run.plan, summary)
  run.live.releaseDirectories.set(host, releaseDirectory)
  if (source !== undefined) run.live.sources.set(host, source)
  await buildOn(run, host, run.plan, { releaseDirectory, attempt: 1 })
}

/** What would be applied, and whether this environment may: what is not additive needs one host and downtime. */
async function reviewMigrations(run: Run): Promise<void> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return
  const known = knownMigrations(run, host)
  const review = await named('reviewMigrations', host, () => {
    const row = { id: 'review migrations', summary: 'applied, pending, and their way back' }
    const input = { order: orderFor(run, host), database, releaseDirectory: sourceOf(run.live, host), known }
    return act(onHost(host, 'patient').reviewMigrations, row, input)
  })
  const refusals = [...review.refusals, ...review.unknown.map(unknownWords)]
  if (refusals.length > 0) {
    throw new Trouble({ kind: 'preparation_failed', step: 'reviewMigrations', host, message: refusals.join('\n') })
  }
  const message = additiveRefusal(run.plan, review.pending, isFirst(run), run.rehearsed)
  if (message !== null) throw new Trouble({ kind: 'preparation_failed', step: 'reviewMigrations', host, message })
  for (const notice of review.notices ?? withoutDownWords(review.withoutDown)) note(run, 'step', notice)
  run.pending = review.pending
  run.snapshot = review.snapshot ?? null
  run.appliedBefore = review.owners ?? review.applied.map((name) => ownerIn(known, name))
  run.done.catalogBefore = review.catalog
}

function unknownWords(name: string): string {
  return outOfBand(name, 'or add its file to the release if it is meant to stay')
}

function withoutDownWords(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`no way back for ${names.join(', ')}: on a rollback the schema is kept`]
}

function ownerIn(known: readonly AppliedMigration[] | null, name: string): AppliedMigration {
  return known?.find((owned) => owned.name === name) ?? { name, releaseDirectory: null }
}

function knownMigrations(run: Run, host: string) {
  return run.hostStates.get(host)?.records[0]?.migrations ?? null
}

async function capture(run: Run, host: string): Promise<void> {
  const first = host === run.plan.hosts[0]
  await named('captureRestorePoint', host, async () => {
    const order = orderFor(run, host)
    const row = {
      id: `restore point:${host}`,
      summary: `code, configuration${first && run.plan.database ? ', schema' : ''}`,
    }
    const input = {
      order,
      plan: run.plan,
      migrations: first ? run.appliedBefore : null,
      catalog: first ? run.done.catalogBefore : null,
    }
    run.restorePoints.set(host, await act(onHost(host, 'patient').captureRestorePoint, row, input))
  })
}

/** The tag of the release, made after the gate where the performer named a commit. A drill leaves git alone. */
async function createTag(run: Run): Promise<void> {
  const { marker, repository, release, performer } = run.plan
  if (!marker.gitTag || run.tagExists || run.startedAs === 'drill') return
  await named('createReleaseTag', null, () =>
    CancellationScope.nonCancellable(() => {
      const row = { id: 'release tag', summary: repository.tag.replace('{version}', release.version) }
      return act(anywhere('patient').createReleaseTag, row, { repository, ...release, by: performer })
    }),
  )
}
