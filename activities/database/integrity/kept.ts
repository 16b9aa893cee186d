import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readJson, removeFile, writeJson } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'

const result = z.strictObject({
  name: z.string(),
  verdict: z.enum(['passed', 'failed', 'error', 'inconclusive']),
  expected: z.string(),
  got: z.string(),
  before: z.literal(true).optional(),
})

const table = z.strictObject({
  name: z.string(),
  relation: z.number(),
  storage: z.number().nullable(),
  partitioned: z.boolean(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string(), direct: z.boolean() })),
  key: z.array(z.string()).nullable(),
  rows: z.number(),
  all: z.string().nullable(),
  old: z.strictObject({ rows: z.number(), hash: z.string() }).nullable(),
  /** Whose rows are old although they lie in the snapshot's window; null: not known, all that lies in it counts as young. */
  settled: z.array(z.string()).nullable(),
  /** Hashes of keys and of their rows, in the same order, parted by blanks; null: too many, or no primary key. */
  keyed: z.strictObject({ keys: z.string(), rows: z.string() }).nullable(),
  /** Why less is known of it than was asked for; null: all of it is. */
  unread: z.string().nullable(),
})

const kept = z.strictObject({
  deployment: z.string(),
  level: z.enum(['fast', 'exact']),
  at: z.string(),
  serverVersion: z.number(),
  snapshot: z.strictObject({ xmin: z.string(), xmax: z.string() }),
  /** Fingerprint; the catalog itself is kept under it. */
  catalog: z.string(),
  sequences: z.number(),
  structure: z.strictObject({
    unchecked: z.array(z.string()),
    broken: z.array(z.string()),
    behind: z.array(z.string()).optional(),
  }),
  assertions: z.array(result),
  tables: z.array(table),
})

/** The data as it was at a deployment's restore point, without a single value of it. */
export type KeptIntegrity = z.infer<typeof kept>
export type KeptTable = z.infer<typeof table>

/** null: nothing was kept for this deployment. */
export async function readKept(directory: string, deployment: string): Promise<KeptIntegrity | null> {
  return await readJson(keptFile(directory, deployment), (value) => kept.parse(value))
}

export async function writeKept(directory: string, value: KeptIntegrity): Promise<void> {
  await writeJson(keptFile(directory, value.deployment), value)
}

/** What was kept for any other deployment goes: rows one by one take room, and nobody will ask for them again. */
export async function forgetKept(directory: string, needed: readonly string[]): Promise<void> {
  const points = dirname(hostPaths(directory).restorePoint('any'))
  const names = await readdir(points)
  for (const name of names.filter((each) => !needed.includes(each))) await removeFile(join(points, name, fileName))
}

const fileName = 'integrity.json'

/** Beside the restore point. */
function keptFile(directory: string, deployment: string): string {
  return join(hostPaths(directory).restorePoint(deployment), fileName)
}
