import { readdirSync, readFileSync } from 'node:fs'

/** Every migration has a way up and a way down, and comes in the order of its name. */
const directory = new URL('../migrations/', import.meta.url)
const problems = readdirSync(directory).flatMap((name) => {
  const [, up = '', down = ''] = readFileSync(new URL(name, directory), 'utf8').split(/^-- (?:Up|Down) Migration$/m)
  const isSql = (part) => /^\s*(create|alter|insert|update|drop|delete)\b/im.test(part)
  return [
    ...(/^\d{17}_[a-z_]+\.sql$/.test(name) ? [] : [`${name}: expected a name like 20260105090000000_create_shop.sql`]),
    ...(isSql(up) ? [] : [`${name}: expected statements under "-- Up Migration", got none`]),
    ...(isSql(down) ? [] : [`${name}: expected statements under "-- Down Migration", got none`]),
  ]
})
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
