import { z } from 'zod'
import { lossKinds } from '../../src/domain/migration/migration.ts'

/** What a detached program is told, as JSON in `BELAY_ORDER`; the address comes apart, as a reference. */
const settings = z.strictObject({
  tool: z.enum(['node-pg-migrate', 'dbmate', 'sql', 'commands']),
  commands: z
    .strictObject({
      applied: z.array(z.string()).readonly(),
      pending: z.array(z.string()).readonly(),
      apply: z.array(z.string()).readonly(),
      revert: z.array(z.string()).readonly(),
    })
    .optional(),
  directory: z.string(),
  table: z.string(),
  schema: z.string(),
  additive: z.union([z.literal('all'), z.literal('none'), z.array(z.string())]),
  timeoutMs: z.number(),
  lockTimeoutMs: z.number(),
})

const common = { deployment: z.string(), directory: z.string(), settings }

export const migrateOrder = z.strictObject({
  ...common,
  releaseDirectory: z.string(),
  /** In the order in which they are applied. */
  pending: z.array(z.string()),
})

export const revertOrder = z.strictObject({
  ...common,
  /** Newest first. */
  migrations: z.array(
    z.strictObject({ name: z.string(), releaseDirectory: z.string().nullable(), snapshot: z.string().optional() }),
  ),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** `count`: only say what would be lost, and run nothing. */
  onLoss: z.enum(['keep', 'lose', 'count']),
})

const failure = z.strictObject({ migration: z.string().nullable(), message: z.string() }).nullable()

/** What a program reports: only what nobody could find out from the database afterwards. */
export const migrateReport = z.strictObject({ failure })
export const revertReport = z.strictObject({
  failure,
  losses: z.array(
    z.strictObject({
      migration: z.string(),
      object: z.string(),
      rows: z.number(),
      why: z.string(),
      kind: z.enum(lossKinds).optional(),
    }),
  ),
  /** After a failure or a refusal: history and catalog are what they were before it began. */
  unchanged: z.boolean().optional(),
  /** What stopped nothing and should be known; absent: nothing. */
  warnings: z.array(z.string()).optional(),
  /** What downs did to rows of tables that stay, which was seen only afterwards, in words; absent: nothing. */
  taken: z.array(z.string()).optional(),
  /** What somebody else had changed before it began, object by object; absent: nothing. */
  drift: z.array(z.string()).optional(),
})

export type MigrateOrder = z.infer<typeof migrateOrder>
export type RevertOrder = z.infer<typeof revertOrder>
export type Failure = z.infer<typeof failure>
export type RevertReport = z.infer<typeof revertReport>

/** Where the program runs: the database's address, and what the release's own tool may see. */
export type ProgramWorld = { url: string; environment: Readonly<Record<string, string | undefined>> }
