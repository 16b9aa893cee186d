import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { RowBaseline } from '../notes.ts'

/** What a revert of several migrations is about: the catalogs around them all, and what each left behind. */
export type Reverted = {
  before: Catalog
  after: Catalog
  /** Oldest first; `before` and `after` null: not kept on this host. */
  migrations: readonly { name: string; before: Catalog | null; after: Catalog | null; baseline: RowBaseline }[]
}
