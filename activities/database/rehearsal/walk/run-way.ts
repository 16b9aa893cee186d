import { words } from '../../../../src/domain/reason.ts'
import type { Ran, SeenState } from '../../../../src/domain/rehearsal/verdict.ts'
import { pinned } from '../../apply/rows.ts'
import { physicalFingerprintOf, readCatalogAsSet } from '../../catalog/catalog.ts'
import { catalogSettings } from '../../catalog/catalog-query.ts'
import { applySettings, isAway, saying } from '../../client.ts'
import { freshSession, freshSettings, inTransaction } from '../../session.ts'
import type { MigrationFile, MigrationTool, Release, Target } from '../../tools/tool.ts'
import { digestRows } from './row-digests.ts'

/** Where migrations are tried: a connection to a scratch database, with `freshSettings`, and the tool that is used on it. */
export type Ground = Target & {
  tool: MigrationTool
  release: Release
  /** What the history held when it was last read: nobody else writes here. null: not yet read. */
  history: string[] | null
}

/**
 * One migration one way, as a deployment does it, proven by the exact history. What it does badly is an answer; rejects only
 * when the server goes away. `held` is called before the commit of what runs in our transaction.
 */
export async function runWay(
  ground: Ground,
  file: MigrationFile,
  way: 'up' | 'down',
  held: () => Promise<void> = async () => undefined,
): Promise<Omit<Ran, 'state'>> {
  const { release, tool, history, ...target } = ground
  const { client } = target
  const before = history ?? (await historyOf(ground))
  const begun = performance.now()
  const run = async () => {
    await tool[way]({ ...release, ...target, file, earlier: null, note: async () => undefined })
    if (file[way] === 'ours') await held()
  }
  const message = await failureOf(ground, () => (file[way] === 'ours' ? inTransaction(client, run) : run()))
  const durationMs = performance.now() - begun
  await freshSession(client, release.settings)
  const after = await historyOf(ground)
  ground.history = after
  if (message !== null) return { durationMs, message }
  return { durationMs, message: historyFault({ before, after, name: file.name, way }) }
}

/** What it calls them here need not be what people call them: it is only held against itself. */
async function historyOf({ client, url, environment, tool, release }: Ground): Promise<string[]> {
  return await tool.history({ client, url, environment }, { settings: release.settings, release, known: [] })
}

/** All that is compared: schema and rows. */
export async function seenState({ client, release }: Ground): Promise<SeenState> {
  await applySettings(client, { ...catalogSettings, ...pinned })
  const catalog = await readCatalogAsSet(client, release.settings)
  const rows = await digestRows(client, catalog)
  await freshSettings(client, release.settings)
  return { catalog, fingerprint: physicalFingerprintOf(catalog), rows }
}

/** The same where rows alone may have changed: the schema is not read again. */
export async function seenRows({ client, release }: Ground, state: SeenState): Promise<SeenState> {
  await applySettings(client, { ...catalogSettings, ...pinned })
  const rows = await digestRows(client, state.catalog)
  await freshSettings(client, release.settings)
  return { ...state, rows }
}

async function failureOf({ url, release }: Ground, work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (isAway(error)) throw error
    return withLimit(saying(error, url), release.settings)
  }
}

/** Nobody knows of a limit until it is met. */
function withLimit(said: string, { timeoutMs }: Release['settings']): string {
  if (!said.includes('statement timeout')) return said
  return `${said}; at most ${words(timeoutMs)} (database.migrations.timeout) or the file’s own`
}

/** Whatever the tool said: the history holds what it held, with this one or without it. */
function historyFault(seen: { before: string[]; after: string[]; name: string; way: 'up' | 'down' }): string | null {
  const { before, after, name, way } = seen
  const expected = way === 'up' ? [...before, name] : before.filter((applied) => applied !== name)
  if (after.toSorted().join('\n') === expected.toSorted().join('\n')) return null
  const added = after.filter((applied) => !expected.includes(applied)).map((applied) => `also ${applied}`)
  const gone = expected.filter((applied) => !after.includes(applied)).map((applied) => `without ${applied}`)
  return `history: expected ${way === 'up' ? `${name} added` : `${name} gone`}, got it ${[...added, ...gone].join(', ')}`
}
