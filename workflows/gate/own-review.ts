import type { ItemRecord } from '../../src/domain/checklist.ts'
import { type OwnWork, ownReviewProblem } from '../../src/domain/gate/own-review.ts'
import { act, anywhere } from '../proxies.ts'
import { note, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { putItem } from './ignoring.ts'

const item = 'pre.code_reviewed'

/** The people whose signature under the review does not count; null: a plan without a policy excludes nobody. */
export function ownWork(run: Run): OwnWork | null {
  const { policy } = run.plan.gate
  if (!policy) return null
  const performer = policy.approvals.preventSelfReview ? run.plan.performer : null
  return { performer, authors: run.authors, unknown: run.authorsUnknown }
}

/** Reads who wrote what the release brings, where a person may vouch for its review. Unread, nobody can. */
export async function readAuthors(run: Run): Promise<void> {
  const how = run.plan.gate.items.code_reviewed
  const byPerson =
    how.by === 'sign_off' || (how.by === 'evidence' && how.providers.some(({ kind }) => kind === 'sign_off'))
  if (!run.changes || !byPerson) return
  const { repository, release } = run.plan
  const { basis, base } = run.changes
  const since = basis === 'compared' ? (base?.commit ?? null) : null
  const row = { id: 'authors', summary: `who wrote ${release.commit.slice(0, 12)}` }
  try {
    run.authors = await act(anywhere('probe').readAuthors, row, { repository, base: since, commit: release.commit })
    run.authorsUnknown = null
  } catch (error) {
    run.authorsUnknown = messageOf(error)
  }
}

/**
 * Once all has answered: a signature may have come before the authors were known, and where they are not known nobody
 * can sign. What evidence has answered stays.
 */
export function refuseOwnReview(run: Run): void {
  const [record, own] = [run.items.get(item), ownWork(run)]
  if (!record || own === null) return
  const isSigned = record.state === 'passed' && record.how === 'sign_off'
  const waits = record.state === 'open' || record.state === 'running'
  if (own.unknown !== null && (isSigned || waits)) {
    putItem(run, item, { state: 'failed', via: 'belay', detail: `who wrote the release: ${own.unknown}` })
  } else if (isSigned && record.by !== null) {
    voidOwnReview(run, record, ownReviewProblem(record.by, own))
  }
}

function voidOwnReview(run: Run, record: ItemRecord, problem: string | null): void {
  if (problem === null) return
  note(run, 'ignored', `ignored signOff: ${problem}`)
  const answers = (record.answers ?? []).filter(({ provider }) => provider !== 'sign_off')
  putItem(run, item, { state: 'open', by: null, claimed: false, via: null, note: null, link: null, answers })
}
