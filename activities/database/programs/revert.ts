/** Detached: reverts migrations, newest first. Safe to be killed anywhere and started again. */
import { revertOrder } from '../orders.ts'
import { revertApplied } from '../revert/revert.ts'
import { carryOut } from './program.ts'

await carryOut({
  order: revertOrder,
  work: revertApplied,
  failed: (message) => ({ losses: [], failure: { migration: null, message } }),
})
