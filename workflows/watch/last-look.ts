import type { Sample } from '../../src/domain/check.ts'
import { type ItemAnswer, postItems } from '../../src/domain/checklist.ts'
import { sampleLine } from '../../src/domain/reason.ts'
import { Trouble, throwIfInterrupted } from '../run/interrupt.ts'
import { now, type Run, tick } from '../run/run.ts'
import { runAllChecks } from '../verify.ts'

/**
 * Every check once more when the window is over: a release that falls ill in its last second is ill, and the items that
 * a check answers are ticked from what was seen last.
 */
export async function lastLook(run: Run): Promise<void> {
  const samples = await runAllChecks(run, run.live, false)
  throwIfInterrupted(run)
  const bad = samples.filter((sample) => sample.verdict !== 'passed')
  for (const [item, answer] of answersAfter(run)) tickFromCheck(run, item, answer, samples)
  const [first] = bad
  if (!first) return
  const afterMs = Date.now() - Date.parse(run.live.since ?? now())
  throw new Trouble({ kind: 'fell_ill', check: first.check, samples: bad, afterMs })
}

function answersAfter(run: Run): [string, ItemAnswer][] {
  const { post, manual } = run.plan.after
  const named = Object.entries(manual).map(([id, answer]): [string, ItemAnswer] => [`manual.${id}`, answer])
  return [...postItems.map((id): [string, ItemAnswer] => [`post.${id}`, post[id]]), ...named]
}

function tickFromCheck(run: Run, item: string, answer: ItemAnswer, samples: readonly Sample[]): void {
  if (answer.by !== 'check') return
  const own = samples.filter((sample) => sample.check === answer.check)
  const bad = own.find((sample) => sample.verdict !== 'passed')
  const passed = own.length > 0 && !bad
  const detail = bad ? sampleLine(bad) : own.length > 0 ? `${answer.check} passed` : `${answer.check} did not run`
  tick(run, item, { state: passed ? 'passed' : 'failed', via: 'belay', detail })
}
