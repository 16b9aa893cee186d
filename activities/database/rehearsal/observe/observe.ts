import type pg from 'pg'
import type { RehearsedMigration } from '../../../../src/domain/rehearsal/rehearsal.ts'
import type { MigrationFile } from '../../tools/tool.ts'

/** Looks on while a migration is applied for the first time. */
export type Observer = {
  /** Right before the up. `client` is the connection on which what is `ours` runs; `url` leads to the same database. */
  before(at: { client: pg.ClientBase; url: string; file: MigrationFile }): Promise<Observation>
}

export type Observation = {
  /** In the up's own transaction before its commit, while all its locks are held; not asked where the tool runs it. */
  held(): Promise<void>
  /** Once, after the up, also after one that failed. */
  after(): Promise<Pick<RehearsedMigration, 'lock' | 'rewrites'>>
}

export const nobodyLooks: Observer = {
  before: async () => ({ held: async () => undefined, after: async () => ({ lock: null, rewrites: [] }) }),
}
