import { type ItemRecord, isGateItem } from '../../src/domain/checklist.ts'
import type { Run } from '../run/run.ts'

/** What people still have to answer before anything changes. */
export function openAtGate(run: Run): ItemRecord[] {
  return [...run.items.values()].filter(({ item, state }) => isGateItem(item) && state === 'open')
}
