import type { RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import type { Warnings } from './warnings.ts'

/** With what reading tells of it, but for rewrites that are only suspected: where the server told them, it knows better. */
export function warned(migration: RehearsedMigration, { of }: Warnings): RehearsedMigration {
  const { up, lock, rewrites, name } = migration
  const isTold = up.state === 'ok' && lock !== null && lock.sampled !== true && rewrites.length === 0
  const warnings = (of.get(name) ?? []).filter(({ way, rule }) => !(isTold && way === 'up' && suspects.has(rule)))
  return { ...migration, warnings }
}

const suspects: ReadonlySet<string> = new Set(['changing-column-type', 'adding-field-with-default'])
