import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { git } from './repository.ts'
import type { World } from './world.ts'

/** Everything Belay has kept anywhere, as text, by `kind:place`. What the service itself prints is not among it. */
export async function everythingKept(world: World): Promise<Map<string, string>> {
  return new Map([
    ...(await histories(world)),
    ...(await rows(world.historyUrl)),
    ...(await filesOf('host', join(world.directory, '.belay'))),
    ...(await filesOf('steps', join(world.root, 'worker'))),
    ['worker:log', await readFile(world.workerLog, 'utf8')],
    ['log:deployments', await readFile(join(world.root, 'deployments.log'), 'utf8')],
    ['git:commits', await git(world.repository, 'log', '--all', '--format=%B')],
    ['git:tags', await git(world.repository, 'for-each-ref', '--format=%(refname) %(contents)')],
  ])
}

/** Every run, closed or not: events with their payloads as text, and what lists show of it. */
async function histories({ belay }: World): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const { workflowId, runId } of belay.temporal.workflow.list()) {
    const handle = belay.temporal.workflow.getHandle(workflowId, runId)
    found.push([`history:${runId}`, asText(await handle.fetchHistory())])
    found.push([`history:${runId} described`, asText((await handle.describe()).raw)])
  }
  return found
}

/** A message of the protocol writes the bytes of a payload, its `data`, as base64: read as the text they hold. */
function asText(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    key === 'data' && typeof part === 'string' ? Buffer.from(part, 'base64').toString() : part,
  )
}

async function rows(url: string): Promise<[string, string][]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname !~ '^(pg_|information_schema)'",
    )
    const found: [string, string][] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`)
      found.push([`row:${name}`, rows.map(({ text }) => text).join('\n')])
    }
    return found
  } finally {
    await client.end()
  }
}

async function filesOf(kind: string, directory: string): Promise<[string, string][]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(
    paths.map(async (path): Promise<[string, string]> => [`${kind}:${path}`, await readFile(path, 'utf8')]),
  )
}
