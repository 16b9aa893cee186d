import type { ItemRecord } from '../../src/domain/checklist.ts'
import { reviewedHash, subjectOf } from '../../src/domain/gate/reviewed.ts'
import type { Message } from '../../src/domain/message.ts'
import { now, type Run } from '../run.ts'

/** What a signature is for, on the record: the hash of the difference that its item is about. Others add nothing. */
export function signedDifference(
  run: Run,
  { item, by, link }: Extract<Message, { name: 'signOff' }>,
): Partial<Pick<ItemRecord, 'detail' | 'answers'>> {
  const hash = subjectOf(item) === null ? null : reviewedHash(run.changes, item)
  if (hash === null) return {}
  const earlier = run.items.get(item)?.answers ?? []
  const detail = `${subjectOf(item)} difference sha256:${hash}`
  const person = { provider: 'sign_off', by, claimed: true, link: link ?? null } as const
  const answer = { ...person, ok: true, detail, commit: run.plan.release.commit, at: now() }
  return { detail: `difference ${hash.slice(0, 12)}`, answers: [...earlier, answer] }
}
