import { z } from 'zod'
import { migrateOrder } from '../orders.ts'

/** What the detached rehearsal is told. Addresses come apart, as references. */
export const rehearsalOrder = z.strictObject({
  deployment: z.string(),
  /** The host's. */
  directory: z.string(),
  settings: migrateOrder.shape.settings,
  repository: z.string(),
  commit: z.string(),
  build: z.array(z.array(z.string())),
  /** A file of SQL in the release; null: none. */
  data: z.string().nullable(),
  oldRelease: z.strictObject({
    queries: z.array(z.strictObject({ name: z.string(), sql: z.string() })),
    command: z.array(z.string()).nullable(),
    /** Of the release that is live, absolute; null: nothing is. */
    directory: z.string().nullable(),
    /** The variable in which it looks for the database's address; null: the address is put together from several. */
    variable: z.string().nullable(),
  }),
  timeoutMs: z.number(),
  /** A gate takes no other major for an answer. */
  for: z.enum(['gate', 'command']),
})

export type RehearsalOrder = z.infer<typeof rehearsalOrder>

export type RehearsalWorld = {
  liveUrl: string
  /** null: the embedded server. */
  scratchUrl: string | null
  environment: Readonly<Record<string, string | undefined>>
  /** Aborted: it ends at once, by a rejection, and leaves no database behind. */
  signal?: AbortSignal
}
