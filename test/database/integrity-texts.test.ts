import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { pendingTexts } from '../../activities/database/integrity/pending-texts.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

type Tool = DatabasePlan['migrations']['tool']

test.each<[Tool, string, Record<string, string>, string]>([
  ['sql', 'pairs', { '001_a.up.sql': 'A up', '001_a.down.sql': 'A down', '002_b.up.sql': 'B' }, '001_a'],
  [
    'sql',
    'folders',
    { '2026-01-01-000001_a/up.sql': 'A up', '2026-01-01-000001_a/down.sql': 'A down' },
    '2026-01-01-000001_a',
  ],
  ['node-pg-migrate', 'scripts', { '1_a.js': 'A up A down', '2_b.js': 'B' }, '1_a'],
  [
    'dbmate',
    'one file',
    { '20260101000000_a.sql': '-- migrate:up\nA up;\n-- migrate:down\nA down;' },
    '20260101000000_a',
  ],
])('the text of pending migrations is found, both ways: %s, %s', async (tool, _, files, name) => {
  const { database, release } = await releaseWith(tool, files)
  const texts = await pendingTexts(database, release, [name])
  expect(texts?.join(' ')).toMatch(/A up[\s\S]*A down|A down[\s\S]*A up/)
  expect(texts?.join(' ')).not.toContain('B')
})

test('none is needed where nothing is pending, and what is in no file is known to nobody', async () => {
  const { database, release } = await releaseWith('sql', { '001_a.up.sql': 'A' })
  expect(await pendingTexts(database, release, [])).toEqual([])
  expect(await pendingTexts(database, release, ['001_a', '009_elsewhere'])).toBeNull()
})

async function releaseWith(tool: Tool, files: Record<string, string>) {
  const release = await temporaryDirectory()
  for (const [path, text] of Object.entries(files)) {
    const file = join(release, 'migrations', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  const migrations: DatabasePlan['migrations'] = {
    tool,
    directory: 'migrations',
    table: 'schema_migrations',
    schema: 'public',
    additive: 'all',
    timeoutMs: 1_000,
    lockTimeoutMs: 1_000,
  }
  const database: DatabasePlan = { url: '', migrations, integrity: [], onRollback: 'keep' }
  return { database, release }
}
