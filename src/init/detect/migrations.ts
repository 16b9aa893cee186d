import type { Directory } from '../directory.ts'
import type { Program } from './program.ts'

/** `belay`: a tool that Belay runs and can go back with. `foreign`: one that it does not run yet. */
export type Migrations =
  | { by: 'belay'; tool: 'sql' | 'node-pg-migrate'; directory: string; from: string }
  | { by: 'foreign'; tool: string; from: string }

export function migrationsOf(directory: Directory, program: Program | null): Migrations | null {
  const foreign = foreignTool(directory, program)
  if (foreign !== null) return { by: 'foreign', ...foreign }
  if (program?.dependencies?.includes('node-pg-migrate')) {
    const place = directory.paths.find((path) => /(^|\/)migrations\/[^/]+\.(js|cjs|mjs|ts|sql)$/.test(path))
    return { by: 'belay', tool: 'node-pg-migrate', directory: parentOf(place) ?? 'migrations', from: program.from }
  }
  const up = directory.paths.find((path) => /\/[^/]+\.up\.sql$/.test(path) && directory.paths.includes(downOf(path)))
  if (up === undefined) return null
  return { by: 'belay', tool: 'sql', directory: parentOf(up) ?? 'migrations', from: up }
}

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

const byText = [
  { tool: 'goose', text: /^-- \+goose Up/m },
  { tool: 'dbmate', text: /^-- migrate:up/m },
]

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
