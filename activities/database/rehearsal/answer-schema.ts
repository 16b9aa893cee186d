import { z } from 'zod'
import type { RehearsalAnswer } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal, RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'

const words = z.array(z.string())
const message = z.string().nullable()

const migration = z.object({
  name: z.string(),
  verdict: z.enum(['reversible', 'loses', 'no_way_back', 'broken']),
  up: z.object({ state: z.enum(['ok', 'failed', 'not_run']), durationMs: z.number(), message }),
  down: z.object({
    state: z.enum(['exact', 'order_only', 'not_restored', 'failed', 'none', 'not_run']),
    durationMs: z.number(),
    difference: words,
    message,
  }),
  again: z.object({
    state: z.enum(['ok', 'differs', 'failed', 'not_run']),
    durationMs: z.number(),
    difference: words,
    message,
  }),
  seeded: z.object({ rows: z.number(), not: words }),
  loses: words,
  declared: z.string().nullable(),
  lock: z.object({ mode: z.string(), on: z.string(), sampled: z.boolean().optional() }).nullable(),
  rewrites: words,
  warnings: z.array(
    z.object({
      way: z.enum(['up', 'down']),
      file: z.string(),
      line: z.number(),
      rule: z.string(),
      message: z.string(),
      from: z.enum(['belay', 'squawk']),
    }),
  ),
}) satisfies z.ZodType<RehearsedMigration>

const rehearsal = z.object({
  server: z.object({ version: z.string(), major: z.number(), from: z.enum(['given', 'embedded']) }),
  built: z.enum(['copied', 'replayed', 'dumped', 'empty']),
  migrations: z.array(migration),
  oldRelease: z
    .object({
      works: z.boolean(),
      answers: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
    })
    .nullable(),
  binds: z.object({ files: z.string(), live: z.string(), serverMajor: z.number() }).nullable(),
}) satisfies z.ZodType<Rehearsal>

/** A rehearsal as it was written to a file by an earlier one. Throws on anything else. */
export function parseRehearsal(value: unknown): Rehearsal {
  return rehearsal.parse(value)
}

export const rehearsalAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('rehearsed'), rehearsal, kept: z.boolean() }),
  z.object({ state: z.literal('nothing_pending') }),
  z.object({ state: z.literal('refused'), message: z.string() }),
]) satisfies z.ZodType<RehearsalAnswer>
