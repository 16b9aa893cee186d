import type { ItemRecord } from '../../src/domain/checklist.ts'
import { type OwnWork, ownReviewProblem } from '../../src/domain/gate/own-review.ts'
import type { Message } from '../../src/domain/message.ts'
import { act, anywhere } from '../proxies.ts'
import { note, now, type Run, tick } from '../run.ts'
import { messageOf } from '../trouble.ts'

const item = 'pre.code_reviewed'

/** Whose signature under the review does not count; null: plans without a policy say nothing about it. */
export function ownWork(run: Run): OwnWork | null {
  const { policy } = run.plan.gate
  if (!policy) return null
  const performer = policy.approvals.preventSelfReview ? run.plan.performer : null
  return { performer, authors: [...new Set([...(run.changes?.commits.authors ?? []), ...run.authors])] }
}

/** Reads who wrote the release's commit, where a person may vouch for its review. Unread, nobody can. */
export async function readAuthors(run: Run): Promise<void> {
  const how = run.plan.gate.items.code_reviewed
  const byPerson =
    how.by === 'sign_off' || (how.by === 'evidence' && how.providers.some(({ kind }) => kind === 'sign_off'))
  if (!run.plan.gate.policy || !byPerson) return
  const { repository, release } = run.plan
  const row = { id: 'authors', summary: `who wrote ${release.commit.slice(0, 12)}` }
  try {
    const { authors } = await act(anywhere('probe').readCommitPeople, row, { repository, commit: release.commit })
    run.authors = authors
  } catch (error) {
    tick(run, item, { state: 'failed', via: 'belay', detail: `who wrote the release: ${messageOf(error)}` })
  }
}

/** A signature may have come before the authors were known. */
export function voidOwnReview(run: Run): void {
  const [record, own] = [run.items.get(item), ownWork(run)]
  if (record?.state !== 'passed' || record.how !== 'sign_off' || record.by === null || own === null) return
  const problem = ownReviewProblem(record.by, own)
  if (problem === null) return
  note(run, 'ignored', `ignored signOff: ${problem}`)
  const answers = (record.answers ?? []).filter(({ provider }) => provider !== 'sign_off')
  tick(run, item, { state: 'open', by: null, claimed: false, via: null, note: null, link: null, answers })
}

/** A person's answer beside the others; only where the plan keeps them. */
export function signedAnswer(
  run: Run,
  message: Extract<Message, { name: 'signOff' }>,
  claimed: boolean,
): Pick<ItemRecord, 'answers'> {
  const record = run.items.get(message.item)
  if (!run.plan.gate.policy || !record || !message.item.startsWith('pre.')) return {}
  const { by, note: detail = '', link = null } = message
  const { commit } = run.plan.release
  const answer = { provider: 'sign_off', ok: true, detail, link, commit, by, claimed, at: now() } as const
  return { answers: [...(record.answers ?? []), answer] }
}
