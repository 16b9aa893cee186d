import { createHash } from 'node:crypto'
import { canonicalJson } from '../../src/domain/canonical-json.ts'

/** In hex. */
export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Of plain data, whatever the order of its fields. */
export function sha256OfData(data: unknown): string {
  return sha256Of(canonicalJson(data))
}
