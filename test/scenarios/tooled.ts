import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { FixtureRelease } from './repository.ts'
import type { FixtureSettings } from './settings.ts'

export type ToolName = 'dbmate' | 'node-pg-migrate' | 'commands'

/** One migration in the files of a tool. */
export function migrationOf(tool: ToolName, name: string, up: string, down: string): Record<string, string> {
  if (tool === 'dbmate') {
    return { [`migrations/${name}.sql`]: `-- migrate:up\n${up};\n\n-- migrate:down\n${down};\n` }
  }
  if (tool === 'node-pg-migrate') {
    return {
      [`migrations/${name}.js`]: `exports.up = (pgm) => pgm.sql(${JSON.stringify(up)})\nexports.down = (pgm) => pgm.sql(${JSON.stringify(down)})\n`,
    }
  }
  return { [`migrations/${name}.up.sql`]: up, [`migrations/${name}.down.sql`]: down, 'migrate.mjs': teamsOwn }
}

/** A program that a team wrote for itself. */
const teamsOwn = readFileSync(new URL('../fixtures/migrations/commands/migrate.js', import.meta.url), 'utf8')

/** The releases of `releases.ts` with migrations of this tool. */
export function releasesOf(tool: ToolName): readonly FixtureRelease[] {
  const column = (name: string, column: string) =>
    migrationOf(tool, name, `alter table users add column ${column} text`, `alter table users drop column ${column}`)
  return [
    {
      version: '1.0.0',
      files: migrationOf(tool, '001_users', 'create table users (id int primary key)', 'drop table users'),
    },
    { version: '1.1.0', config: { limit: 10 }, files: column('002_email', 'email') },
    { version: '1.2.0', config: { limit: 20 }, files: column('003_phone', 'phone') },
  ]
}

/** The service migrates with this tool, which every release installs as a dependency of its own. */
export function migratesWith(tool: ToolName): (settings: FixtureSettings) => void {
  return ({ database, release }) => {
    release.build.push(['ln', '-sfn', resolve('node_modules'), 'node_modules'])
    const own = (...args: readonly string[]) => ['node', 'migrate.mjs', ...args]
    Object.assign(database.migrations, {
      tool,
      table: 'schema_migrations',
      ...(tool === 'commands' && {
        commands: {
          applied: own('applied'),
          pending: own('pending'),
          apply: own('up', '{name}'),
          revert: own('down', '{name}'),
        },
      }),
    })
  }
}
