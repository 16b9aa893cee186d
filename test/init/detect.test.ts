import { expect, test } from 'vitest'
import { composeProject } from '../../src/init/detect/compose.ts'
import { detect } from '../../src/init/detect/detect.ts'
import { listeningOf } from '../../src/init/detect/listening.ts'
import { migrationsOf } from '../../src/init/detect/migrations.ts'
import { tagStyle } from '../../src/init/detect/tag-style.ts'
import type { Directory } from '../../src/init/directory.ts'
import { commandText, splitCommand } from '../../src/init/split-command.ts'

test.for<[string, Record<string, string>, string]>([
  ['prisma', { 'prisma/schema.prisma': '' }, 'prisma'],
  ['knex', { 'knexfile.js': '', 'migrations/1_a.js': '' }, 'knex'],
  ['flyway', { 'sql/V1__a.sql': '' }, 'flyway'],
  ['alembic', { 'alembic.ini': '' }, 'alembic'],
  ['goose', { 'migrations/1_a.sql': '-- +goose Up\nselect 1;' }, 'goose'],
  // Its pairs look like Belay's own, and its history table is not.
  [
    'golang-migrate',
    {
      'go.mod': 'module a\n\nrequire github.com/golang-migrate/migrate/v4 v4.1.0\n',
      'm/1_a.up.sql': '',
      'm/1_a.down.sql': '',
    },
    'golang-migrate',
  ],
])('migrations of %s are seen, told, and left out of the file', ([, files, tool]) => {
  const { migrations, notes } = detect(directoryWith(files))
  expect(migrations).toMatchObject({ by: 'foreign', tool })
  expect(notes.join('\n')).toContain(`${tool} (`)
})

test('pairs of .up.sql and .down.sql are migrations Belay runs; an up without its down is none', () => {
  const pair = directoryWith({ 'db/migrations/1_a.up.sql': '', 'db/migrations/1_a.down.sql': '' })
  expect(migrationsOf(pair, null)).toMatchObject({ by: 'belay', tool: 'sql', directory: 'db/migrations' })
  expect(migrationsOf(directoryWith({ 'db/1_a.up.sql': '' }), null)).toBeNull()
})

test('files of dbmate, and folders as Diesel makes them with its history, are migrations Belay runs', () => {
  const dbmate = { 'db/migrations/1_a.sql': '-- migrate:up\nselect 1;' }
  const { migrations, database, notes } = detect(directoryWith(dbmate))
  expect(migrations).toMatchObject({ by: 'belay', tool: 'dbmate', directory: 'db/migrations', table: null })
  expect(database).toMatchObject({ kind: 'postgres' })
  expect(notes).toEqual([])
  const folder = { 'migrations/2024-01-01-000000_a/up.sql': '', 'migrations/2024-01-01-000000_a/down.sql': '' }
  expect(migrationsOf(directoryWith(folder), null)).toMatchObject({ tool: 'sql', directory: 'migrations', table: null })
  const diesel = migrationsOf(directoryWith({ ...folder, 'diesel.toml': '' }), null)
  expect(diesel).toMatchObject({ tool: 'sql', directory: 'migrations', table: '__diesel_schema_migrations' })
  expect(migrationsOf(directoryWith({ 'migrations/1_a/up.sql': '' }), null)).toBeNull()
})

test('the same tools on another database than Postgres are told, and left out', () => {
  const files = { 'db/migrations/1_a.sql': '-- migrate:up\nselect 1;', '.env.example': 'DATABASE_URL=mysql://a/b' }
  const { database, notes } = detect(directoryWith(files))
  expect(database).toMatchObject({ kind: 'another' })
  expect(notes.join()).toContain('dbmate (db/migrations/1_a.sql): Belay migrates Postgres only')
})

test.for<[string, number | null, string | null]>([
  ["app.listen(8080, () => {}); app.get('/healthz', ok)", 8080, '/healthz'],
  ["const port = Number(process.env.PORT ?? '4000')", 4000, null],
  ['port = int(os.environ.get("PORT", 5000))', 5000, null],
  ['http.ListenAndServe("0.0.0.0:9090", mux) // "/health"', 9090, '/health'],
  ['server.listen(process.env.PORT)', null, null],
  ['listen(99999)', null, null],
  ['nothing at all', null, null],
])('%s: where it listens', ([text, port, health]) => {
  const found = listeningOf(directoryWith({ 'server.js': text }), ['node', 'server.js'])
  expect([found?.port ?? null, found?.health ?? null]).toEqual([port, health])
})

test.for<[string, number | null]>([
  ['"8080:3000"', 8080],
  ['"127.0.0.1:8081:3000/tcp"', 8081],
  ['{ target: 3000, published: 8082 }', 8082],
  ['"3000"', null],
  ['"${PORT}:3000"', null],
])('a compose port %s', ([port, published]) => {
  const text = `services: { web: { build: ., ports: [${port}] }, db: { image: "postgres:18", ports: ["5432:5432"] } }`
  expect(composeProject(directoryWith({ 'compose.yaml': text }))).toMatchObject({
    port: published,
    database: 'postgres',
  })
})

test('a compose file that cannot be read is no obstacle', () => {
  expect(composeProject(directoryWith({ 'compose.yaml': 'services: [}' }))).toMatchObject({ services: [], port: null })
})

test.for<[string[], string | null]>([
  [['v1.2.3', 'v1.2.2'], 'v{version}'],
  [['1.2.3', 'v0.1.0', '1.2.2'], '{version}'],
  [['web-1.2.3'], 'web-{version}'],
  [['nightly', 'release'], null],
  [['../1.2.3', '@x/1.2.3', '-1.2.3'], null],
  [[], null],
])('tags %j are written %s', ([tags, style]) => {
  expect(tagStyle(tags)).toBe(style)
})

test.for([['node', 'a b.js', "it's", '', '$HOME', '*', 'é', '#', '"', '\\']])(
  'a command of %j survives being shown and read',
  (words) => {
    expect(splitCommand(commandText(words))).toEqual({ value: words })
  },
)

test('a Procfile program that the build installs is started from the release', () => {
  const found = detect(directoryWith({ 'requirements.txt': 'gunicorn==21\n', Procfile: 'web: gunicorn app:app\n' }))
  expect(found.processes.main?.run).toEqual({ start: ['.venv/bin/gunicorn', 'app:app'] })
})

function directoryWith(files: Record<string, string>): Directory {
  return { name: 'place', paths: Object.keys(files).sort(), texts: new Map(Object.entries(files)), git: null }
}
