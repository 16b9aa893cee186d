import { foreign } from './queries/foreign.ts'
import { onRelations } from './queries/on-relations.ts'
import { relations } from './queries/relations.ts'
import { routines } from './queries/routines.ts'
import { scope } from './queries/scope.ts'
import { textSearch } from './queries/text-search.ts'
import { types } from './queries/types.ts'
import { wholeDatabase } from './queries/whole-database.ts'

/**
 * The catalog in plain SQL for a server of this `server_version_num`: rows (kind, name, table, relation, position,
 * properties), without the properties that are null. One statement, one snapshot.
 */
export function catalogQuery(version: number): string {
  const parts = [
    ...wholeDatabase(version),
    ...relations,
    ...onRelations,
    ...types,
    ...routines,
    ...textSearch,
    ...foreign,
  ]
  return `${scope}
select kind, name, "table", relation, position, jsonb_strip_nulls(properties) as properties
from (${parts.join('\nunion all')}) as everything`
}

/** What a definition's text could depend on besides the catalog, and what keeps the query fast without statistics. */
export const catalogSettings = {
  // With an empty path every definition names its schemas, whoever reads it.
  search_path: '',
  quote_all_identifiers: 'off',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  // Nobody knows how many rows a CTE has: a loop within a loop over a thousand tables costs half a second, a hash nothing.
  enable_nestloop: 'off',
  // Joined in the order that is written: to look for a better one takes longer than it saves.
  join_collapse_limit: '1',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
}
