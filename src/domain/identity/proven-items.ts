import type { ItemRecord } from '../checklist.ts'
import type { Dossier } from '../dossier/dossier.ts'
import { nameWords } from '../item-words.ts'
import { longestName } from '../message.ts'
import { oneLine } from '../one-line.ts'
import type { RunEvent } from '../status.ts'
import { type TakenProof, withKey } from './taken-proof.ts'

/** Everything that is told of a run with the fingerprint beside every name that a key has proven; only to be printed. */
export function toldWithKeys(dossier: Dossier): Dossier {
  const { items, events, proofs } = dossier
  return { ...dossier, items: withKeys(items, proofs), events: events.map((event) => eventWithKey(event, proofs)) }
}

/** Whoever started it: `ci@example.com (SHA256:...)`, `ci@example.com (claimed)`. */
export function starterWords({ performer, performerProven, proofs }: Dossier): string {
  const started = proofs.find(({ action }) => action === 'start')
  return withKey(nameWords(performer, performerProven), started)
}

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

/** A message is written down as `by NAME (ssh)`, in the moment in which its proof is taken. */
function eventWithKey(event: RunEvent, proofs: readonly TakenProof[]): RunEvent {
  const { name, by } = event.data ?? {}
  if (event.kind !== 'message' || typeof by !== 'string') return event
  const proof = proofs.find(
    (one) => one.action === name && one.takenAt === event.at && oneLine(one.by).slice(0, longestName) === by,
  )
  if (!proof?.key) return event
  return { ...event, text: event.text.replace(`${by} (ssh)`, () => withKey(by, proof)) }
}
