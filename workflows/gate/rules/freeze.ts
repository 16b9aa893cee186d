import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import {
  type Freeze,
  type Freezes,
  freezeWords,
  joined,
  thawOf,
  unfreezeCommand,
} from '../../../src/domain/gate/freeze.ts'
import { moment } from '../../../src/domain/gate/moment.ts'
import { oneLine } from '../../../src/domain/one-line.ts'

/** Nobody deploys while a freeze is in force. One that is still to come holds nobody yet, and is said. */
export function freezeRule(environment: string, freezes: Freezes): Finding[] {
  const { inForce, toCome } = freezes
  if (inForce.length === 0) return [held('freeze', nextWords(toCome[0]))]
  const all = joined(freezes)
  const words = (freeze: Freeze) => (inForce.includes(freeze) ? 'frozen' : `then from ${moment(freeze.from)}`)
  const why = all.map((freeze) => `${words(freeze)} ${freezeWords(freeze)}`).join('; ')
  const next = [...new Set(all.map((freeze) => unfreezeCommand(environment, freeze)))].join(', ')
  return [broken('freeze', why, { next, allowedAt: thawOf(freezes) })]
}

function nextWords(next: Freeze | undefined): string {
  return next === undefined ? 'nothing is frozen' : `not frozen before ${moment(next.from)} (${oneLine(next.reason)})`
}
