import type { PreItem } from '../../src/domain/checklist.ts'
import { subjectOf, unchangedWords } from '../../src/domain/gate/reviewed.ts'
import { now, type Run, tick } from '../run/run.ts'

/** No difference answers an item that is about one, whoever else could have; says whether it did. */
export function answerUnchanged(run: Run, item: PreItem): boolean {
  const subject = subjectOf(`pre.${item}`)
  const detail = subject && run.changes ? unchangedWords(run.changes, subject) : null
  if (detail === null) return false
  const said = { provider: 'unchanged', ok: true, detail, link: null, by: null, claimed: false, at: now() } as const
  const answers = [{ ...said, commit: run.plan.release.commit }]
  tick(run, `pre.${item}`, { state: 'passed', how: 'belay', via: 'belay', detail, answers })
  return true
}

/** An item that was answered so, before the release was compared with something else. */
export function wasUnchanged(run: Run, item: PreItem): boolean {
  return run.items.get(`pre.${item}`)?.answers?.some(({ provider }) => provider === 'unchanged') ?? false
}
