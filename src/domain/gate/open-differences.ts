import type { ReleaseChanges } from './changes.ts'
import { differenceLines } from './changes-text.ts'
import { reviewedHash, subjectOf } from './reviewed.ts'

/** What somebody must look at before signing these items: under each that is about a difference, its lines. */
export function differencesOf(
  changes: ReleaseChanges | null | undefined,
  items: readonly string[],
  most: number,
): { item: string; title: string; lines: string[] }[] {
  return items.flatMap((item) => {
    const subject = subjectOf(item)
    const hash = reviewedHash(changes, item)
    if (!changes || subject === null || hash === null) return []
    const lines = differenceLines(changes, subject)
    const cut = lines.length > most ? [...lines.slice(0, most), 'and more: belay status --json'] : lines
    return [{ item, title: `${item} is about difference ${hash.slice(0, 12)}:`, lines: cut }]
  })
}
