/** Detached: applies the pending migrations of a release. Safe to be killed anywhere and started again. */
import { applyPending } from '../apply/apply.ts'
import { migrateOrder } from '../orders.ts'
import { carryOut } from './program.ts'

await carryOut({
  order: migrateOrder,
  work: async (order, world) => ({ failure: await applyPending(order, world) }),
  failed: (message) => ({ failure: { migration: null, message } }),
})
