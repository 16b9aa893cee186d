import { createHash } from 'node:crypto'
import { canonicalJson } from '../../src/domain/canonical-json.ts'

/** sha256, in hex, of plain data. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** Of a list; null: there is nothing in it, so there is no difference. */
export function hashOf(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : digestOf(list)
}
