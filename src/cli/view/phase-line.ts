import type { Phase } from '../../domain/outcome.ts'
import type { RunStatus } from '../../domain/status.ts'
import { cut, widthOf } from './fit.ts'
import type { Style } from './style.ts'

const forward: readonly Phase[] = ['gate', 'restore points', 'release', 'verify', 'watch', 'recording']
const drill: readonly Phase[] = ['gate', 'restore points', 'release', 'verify', 'rollback', 'recording']
const back: readonly Phase[] = ['rollback', 'recording']

/** `✔ gate  ✔ restore points  ● release  ○ verify  ○ watch  ○ recording`; where that is too long, the signs and one word. */
export function phaseLine(status: RunStatus, { columns }: { columns: number }, style: Style): string {
  const steps = stepsOf(status)
  const at = status.phase === 'finished' ? steps.length : steps.indexOf(status.phase)
  const failed = status.outcome === 'ROLLBACK_FAILED' || status.outcome === 'REFUSED' || status.outcome === 'ABORTED'
  const all = steps.map((step, index) => sign(index, at, style, step))
  const before =
    goesBack(status) && status.startedAs === 'deployment' ? [style.bad(`${style.marks.failed} deployment`)] : []
  const outcome = status.outcome === null ? [] : [(failed ? style.bad : style.strong)(status.outcome)]
  const line = [...before, ...all, ...outcome].join('  ')
  if (widthOf(line) <= columns) return line
  const signs = steps.map((_, index) => sign(index, at, style, '')).join('')
  const word = cut(status.outcome ?? `${status.phase} (${at + 1} of ${steps.length})`, columns - steps.length - 1)
  return `${signs} ${word}`
}

function stepsOf(status: RunStatus): readonly Phase[] {
  const { startedAs, liveSince, outcome } = status
  if (startedAs !== 'drill' && goesBack(status)) return back
  // A run that ended at the gate never came further.
  if (liveSince === null && outcome !== null && !goesBack(status)) return ['gate', 'recording']
  return startedAs === 'drill' ? drill : forward
}

function goesBack({ startedAs, phase, outcome }: RunStatus): boolean {
  return startedAs === 'rollback' || phase === 'rollback' || outcome === 'ROLLED_BACK' || outcome === 'ROLLBACK_FAILED'
}

function sign(index: number, at: number, style: Style, word: string): string {
  const { done, now, open } = style.marks
  const told = (mark: string) => (word === '' ? mark : `${mark} ${word}`)
  if (index < at) return style.ok(told(done))
  return index === at ? style.busy(told(now)) : style.quiet(told(open))
}
