import type { ItemRecord } from '../checklist.ts'
import { oneLine } from '../one-line.ts'
import { type TakenProof, withKey } from './taken-proof.ts'

/** The items with the fingerprint of the key beside every name that one has proven; only to be printed. */
export function withKeys(items: readonly ItemRecord[], proofs: readonly TakenProof[]): ItemRecord[] {
  return items.map((item) => {
    const named = <T extends Named>(said: T): T => ({ ...said, by: nameWithKey(item.item, said, proofs) })
    return { ...named(item), ...(item.answers && { answers: item.answers.map(named) }) }
  })
}

type Named = { by: string | null; claimed: boolean; at: string | null }

/** The run writes an item, and takes the proof of it, at one and the same moment of its own time. */
function nameWithKey(item: string, { by, claimed, at }: Named, proofs: readonly TakenProof[]): string | null {
  if (by === null || claimed) return by
  return withKey(
    by,
    proofs.find((proof) => proof.about === item && proof.takenAt === at && oneLine(proof.by) === by),
  )
}
