import { expect, test } from 'vitest'
import { isAsking, lineTeller } from '../../../src/cli/follow/teller.ts'
import { questionOf } from '../../../src/client/address.ts'
import { statusWith } from './statuses.ts'

const waitingFor = {
  question: 'schema',
  text: 'The schema of 1.5.0 stays (003_phone): users.phone: 37 rows (value written).',
  answers: ['keep', 'retry', 'revert', 'give_up'],
  since: '2026-01-01T14:00:00.000Z',
  until: '2026-01-01T14:05:00.000Z',
}

test('who follows a run stays while something is only offered, and is told what could be typed', () => {
  const offered = statusWith({ phase: 'rollback', waitingFor: { ...waitingFor, offer: true } })
  expect(isAsking(offered)).toBe(false)
  expect(isAsking(statusWith({ phase: 'rollback', waitingFor }))).toBe(true)
  expect(questionOf(offered)).toBe('schema')
  const said: string[] = []
  lineTeller({ say: (line) => void said.push(line) }).tell({ status: offered, events: [], end: null })
  expect(said).toEqual(['Next: belay decide production keep|retry|revert|give_up --reason "..."'])
})
