import { expect, test } from 'vitest'
import { lineTeller } from '../../../src/cli/follow/teller.ts'
import type { RunStatus } from '../../../src/domain/status.ts'
import { waitLines, waitsOf } from '../../../src/domain/waiting.ts'
import { atGate, atNoonMs, watching } from './statuses.ts'

const stillAsking: RunStatus = { ...atGate, waitingFor: null }

test('while the gate still asks the rest nobody is told to sign, and once it waits for people they are', () => {
  const said: string[] = []
  const teller = lineTeller({ say: (line) => void said.push(line) })
  teller.tell({ status: stillAsking, events: [], end: null })
  expect(said).toEqual([])
  teller.tell({ status: atGate, events: [], end: null })
  expect(said).toEqual(['Next: belay sign production pre.code_reviewed'])
})

test('while what is live is being verified nobody is told to sign', () => {
  const said: string[] = []
  const teller = lineTeller({ say: (line) => void said.push(line) })
  teller.tell({ status: { ...watching, signOff: null }, events: [], end: null })
  expect(said).toEqual([])
})

test('what may be signed before the gate has asked the rest names no deadline, and says from when there is one', () => {
  const [early] = waitsOf(stillAsking)
  if (early === undefined) throw new Error('expected a wait, got none')
  expect(early).toMatchObject({ items: ['pre.code_reviewed'], since: null, until: null })
  expect(waitLines(early, new Date(atNoonMs))).toContain('  its time counts from when the gate has asked the rest')
})
