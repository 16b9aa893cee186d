import type { Directory } from '../directory.ts'
import type { Program } from './program.ts'

/** `belay`: a tool that Belay runs and can go back with. `foreign`: one that it does not know by itself. */
export type Migrations =
  | {
      by: 'belay'
      tool: 'sql' | 'node-pg-migrate' | 'dbmate'
      directory: string
      /** Of a history that is there already under another name than the tool's own; null: none is known. */
      table: string | null
      /** Whose files say nothing of the database: others are served by it too. */
      anyDatabase: boolean
      from: string
    }
  | { by: 'foreign'; tool: string; from: string }

export function migrationsOf(directory: Directory, program: Program | null): Migrations | null {
  const foreign = foreignTool(directory, program)
  if (foreign !== null) return { by: 'foreign', ...foreign }
  if (program?.dependencies?.includes('node-pg-migrate')) {
    const place = directory.paths.find((path) => /(^|\/)migrations\/[^/]+\.(js|cjs|mjs|ts|sql)$/.test(path))
    return belays('node-pg-migrate', parentOf(place), program.from)
  }
  return dbmateOf(directory) ?? dieselOf(directory) ?? pairsOf(directory)
}

function dbmateOf({ texts }: Directory): Migrations | null {
  const from = [...texts].find(([path, text]) => path.endsWith('.sql') && /^--\s*migrate:up\b/m.test(text))?.[0]
  return from === undefined ? null : { ...belays('dbmate', parentOf(from), from), anyDatabase: true }
}

/** Folders of an up and a down; Diesel's own names, or its settings, tell that its history is there too. */
function dieselOf({ paths }: Directory): Migrations | null {
  const up = paths.find(
    (path) => /(^|\/)\d[^/]*\/up\.sql$/.test(path) && paths.includes(path.replace(/up\.sql$/, 'down.sql')),
  )
  const folder = parentOf(up)
  if (up === undefined || folder === null) return null
  const named = paths.some((path) => /(^|\/)(diesel\.toml|00000000000000_diesel_initial_setup\/up\.sql)$/.test(path))
  const table = named ? '__diesel_schema_migrations' : null
  return { ...belays('sql', parentOf(folder), up), table, anyDatabase: true }
}

function pairsOf(directory: Directory): Migrations | null {
  const up = directory.paths.find((path) => /\/[^/]+\.up\.sql$/.test(path) && directory.paths.includes(downOf(path)))
  if (up === undefined) return null
  return belays('sql', parentOf(up), up)
}

function belays(tool: Belays['tool'], directory: string | null, from: string): Belays {
  return { by: 'belay', tool, directory: directory ?? 'migrations', table: null, anyDatabase: false, from }
}

type Belays = Extract<Migrations, { by: 'belay' }>

/** A history table of another tool's would not be Belay's to write: these come first. */
function foreignTool(directory: Directory, program: Program | null): { tool: string; from: string } | null {
  const { paths, texts } = directory
  for (const { tool, path } of byFile) {
    const from = paths.find((one) => path.test(one))
    if (from !== undefined) return { tool, from }
  }
  for (const { tool, text } of byText) {
    const from = [...texts].find(([path, content]) => path.endsWith('.sql') && text.test(content))?.[0]
    if (from !== undefined) return { tool, from }
  }
  const named = byPackage.find(({ name }) => program?.dependencies?.some((dependency) => dependency.includes(name)))
  return named && program ? { tool: named.tool, from: program.from } : null
}

const byFile = [
  { tool: 'prisma', path: /(^|\/)schema\.prisma$/ },
  { tool: 'knex', path: /(^|\/)knexfile\.(js|cjs|mjs|ts)$/ },
  { tool: 'drizzle', path: /(^|\/)drizzle\.config\.(js|ts)$/ },
  { tool: 'alembic', path: /(^|\/)alembic\.ini$/ },
  { tool: 'flyway', path: /(^|\/)(flyway\.(conf|toml)|V\d[\w.]*__[^/]+\.sql)$/ },
  { tool: 'rails', path: /^db\/migrate\/\d+_[^/]+\.rb$/ },
  { tool: 'django', path: /(^|\/)migrations\/0001_initial\.py$/ },
]

const byText = [{ tool: 'goose', text: /^-- \+goose Up/m }]

const byPackage = [
  { tool: 'golang-migrate', name: 'golang-migrate/migrate' },
  { tool: 'sequelize', name: 'sequelize-cli' },
  { tool: 'typeorm', name: 'typeorm' },
  { tool: 'knex', name: 'knex' },
]

function downOf(up: string): string {
  return up.replace(/\.up\.sql$/, '.down.sql')
}

function parentOf(path: string | undefined): string | null {
  return path?.includes('/') ? path.slice(0, path.lastIndexOf('/')) : null
}
