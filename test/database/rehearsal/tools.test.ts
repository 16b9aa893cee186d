import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { rehearseHistory } from '../../../activities/database/rehearsal/history.ts'
import type { MigrationSettings } from '../../../activities/database/tools/tool.ts'
import type { RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { shared } from '../../support/shared.ts'
import { sqlSettings } from './release.ts'

test('node-pg-migrate: what its own downs do, the inferred ones too', async () => {
  const migrations = await walked(
    { tool: 'node-pg-migrate', table: 'pgmigrations' },
    {
      '1_users.js': `exports.up = (pgm) => pgm.createTable('users', { id: 'id', name: { type: 'text', notNull: true } })`,
      '2_phone.js': `exports.up = (pgm) => { pgm.addColumns('users', { phone: 'text' }); pgm.createIndex('users', 'phone') }
        exports.down = (pgm) => pgm.dropIndex('users', 'phone')`,
      '3_never.js': `exports.up = (pgm) => pgm.addColumns('users', { trial: 'date' }); exports.down = false`,
    },
  )
  expect(migrations.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_phone broken not_restored failed',
    '3_never broken none not_run',
  ])
  expect(migrations[1]?.down.difference).toEqual(['column users.phone: not expected, but it is there'])
  expect(migrations[2]?.down.message).toBe('its way back is disabled, and nothing says why')
})

test('dbmate: both blocks of a file, and an empty one', async () => {
  const migrations = await walked(
    { tool: 'dbmate' },
    {
      '20240101000000_users.sql': '-- migrate:up\ncreate table users (id int);\n-- migrate:down\ndrop table users;\n',
      '20240102000000_phone.sql':
        '-- migrate:up\nalter table users add column phone text;\n-- migrate:down\nalter table users drop column phone;\n',
      '20240103000000_empty.sql': '-- migrate:up\nalter table users add column trial date;\n-- migrate:down\n',
    },
  )
  expect(migrations.map(told)).toEqual([
    '20240101000000_users reversible exact ok',
    '20240102000000_phone reversible exact ok',
    '20240103000000_empty broken none not_run',
  ])
})

test('a tool that is not there is said before a server is asked', async () => {
  const release = { releaseDirectory: tmpdir(), settings: { ...sqlSettings, tool: 'node-pg-migrate' } } as const
  const server = { url: 'postgres://nobody@127.0.0.1:1/nothing' }
  await expect(rehearseHistory({ release, server, environment: {} })).rejects.toThrow(
    /^node-pg-migrate: expected it in/,
  )
})

async function walked(
  settings: Partial<MigrationSettings>,
  files: Readonly<Record<string, string>>,
): Promise<readonly RehearsedMigration[]> {
  const releaseDirectory = await mkdtemp(join(tmpdir(), 'belay-rehearsal-'))
  try {
    await mkdir(join(releaseDirectory, 'migrations'))
    await symlink(resolve('node_modules'), join(releaseDirectory, 'node_modules'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(releaseDirectory, 'migrations', name), text)
    const release = { releaseDirectory, settings: { ...sqlSettings, ...settings } }
    const server = { url: await shared('postgres') }
    return (await rehearseHistory({ release, server, environment: process.env })).migrations
  } finally {
    await rm(releaseDirectory, { recursive: true })
  }
}

function told({ name, verdict, down, again }: RehearsedMigration): string {
  return [name, verdict, down.state, again.state].join(' ')
}
