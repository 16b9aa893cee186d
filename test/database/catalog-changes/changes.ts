import { elsewhere } from './elsewhere.ts'
import { onThem } from './on-tables.ts'
import { onTables } from './tables.ts'
import { typesAndRoutines } from './types-and-routines.ts'

/** Every kind of thing that the fingerprint sees, once at least. */
export const changes = [...onTables, ...onThem, ...typesAndRoutines, ...elsewhere].map(
  ([what, change, says, undo = null]) => ({ what, change, says, undo }),
)
