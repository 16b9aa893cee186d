import { counted } from '../counted.ts'
import { words } from '../reason.ts'
import { enoughRuns } from './estimate.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'
import { limitWords } from './steps.ts'

export function stepRows({ steps }: PlanReport): Row[] {
  const firstChange = steps.findIndex(({ phase }) => phase === 'release')
  return steps.flatMap((step, index) => {
    const where = step.hosts.length > 0 ? [step.hosts.join(', ')] : []
    const what = [...where, step.what].join(': ')
    const limit = limitWords(step)
    const here = row(String(index + 1), step.step, limit === '' ? what : `${what} (${limit})`, undoLines(step))
    return index === firstChange ? [row('', untilHere, ''), here] : [here]
  })
}

const untilHere = 'Until here nothing live has changed. From here on each change has its undo:'

function undoLines({ phase, undo }: PlanReport['steps'][number]): string[] {
  switch (phase) {
    case 'gate':
    case 'restore points':
      return []
    case 'release':
      return [`undo: ${undo}`]
    default:
      return [undo]
  }
}

export function backRows({ wayBack }: PlanReport): Row[] {
  return wayBack.map(({ step, hosts, what }, index) =>
    row(String(index + 1), step, hosts.length > 0 ? `${hosts.join(', ')}: ${what}` : what),
  )
}

export function checkRows({ checks, windowMs }: PlanReport): Row[] {
  const asked = checks.map(({ check, asks, everyMs }) =>
    row('', check, `${asks}${everyMs === null ? '' : `, watched every ${words(everyMs)}`}`),
  )
  return [...asked, row('', 'window', words(windowMs))]
}

export function estimateRows({ estimate, windowMs }: PlanReport): Row[] {
  if (estimate === null) return [row('', 'not known', 'the history does not answer')]
  const { runs, medianMs, phases } = estimate
  const least = `at least the window of ${words(windowMs)}`
  if (medianMs === null) {
    return [
      row('', 'not enough data', `${counted(runs, 'deployment')} passed here, ${enoughRuns} are needed; ${least}`),
    ]
  }
  const parts = phases.map(({ phase, medianMs: ms }) => `${phase} ${words(ms)}`).join(', ')
  const about = `median of the last ${counted(runs, 'deployment')} that passed here, waiting for people included`
  return [row('', words(medianMs), about, parts === '' ? [] : [parts])]
}
