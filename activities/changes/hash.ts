import { sha256OfData } from '../disk/sha256.ts'

/** Of a list; null: there is nothing in it, so there is no difference. */
export function hashOf(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : sha256OfData(list)
}
