import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { Reason } from '../../src/domain/reason.ts'
import { endBadly, endRolledBack } from '../end.ts'
import { keepRecords } from '../record/records.ts'
import type { Left } from '../record/write-down.ts'
import { takeBack } from '../rollback/go-back.ts'
import type { RollbackReport } from '../rollback/report.ts'
import { enterPhase, note, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { proveAsBefore } from './proof.ts'

/**
 * The way back of a deployment that failed, taken on purpose and timed: from here until the last step of it is proven,
 * without the watching that follows. Completed only where everything is as it was before, by itself.
 */
export async function goBackOnPurpose(run: Run): Promise<RunEnd> {
  const decidedAtMs = Date.now()
  const decidedBefore = new Set(run.decisions.keys())
  const { release, performer } = run.plan
  enterPhase(run, 'rollback', `${release.version} is live and verified; going back on purpose, this is a drill`)
  keepRecords(run)
  const report = await takeBack(run, performer)
  const unproven = await unprovenOf(run, report, decidedBefore)
  run.wayBackMs = unproven === null ? report.provenAtMs - decidedAtMs : null
  run.reason = unproven
  const left: Left = {
    outcome: report.complete ? 'ROLLED_BACK' : 'ROLLBACK_FAILED',
    reason: unproven,
    changed: true,
    lastCheck: report.complete ? 'PASSED' : 'FAILED',
    release,
    live: report.complete ? report.live : null,
    marker: report.marker,
    undone: report.undone,
    rolledBack: null,
    records: report.complete ? report.records : new Map(),
  }
  return unproven === null ? await endRolledBack(run, left) : await endBadly(run, left)
}

/** Why the way back is not proven as a whole, or null: every step by itself, nothing kept, everything as before. */
async function unprovenOf(run: Run, report: RollbackReport, before: ReadonlySet<string>): Promise<Reason | null> {
  const { complete, undone, schema, again } = report
  if (!complete) return notProven(run, undone.find((step) => !step.includes(': done')) ?? 'a person gave it up')
  const decided = [...run.decisions.keys()].find((question) => !before.has(question))
  if (decided !== undefined) return notProven(run, `${decided} needed a person to decide`)
  if (schema.kept.length > 0) {
    return notProven(run, (undone.find((step) => step.startsWith('revert')) ?? '').replace('revert: done, ', ''))
  }
  if (again === null) return notProven(run, 'there was no release before')
  try {
    note(run, 'step', `as before the drill: ${await proveAsBefore(run, again)}`)
    return null
  } catch (error) {
    note(run, 'failure', `not as before the drill: ${messageOf(error)}`)
    return notProven(run, messageOf(error))
  }
}

function notProven(run: Run, detail: string): Reason {
  return { kind: 'not_proven', what: 'the way back', host: run.plan.hosts.join(', '), detail }
}
