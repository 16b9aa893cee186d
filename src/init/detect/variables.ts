import { type Directory, firstText } from '../directory.ts'

/** Names of what the service takes from its environment. Values are looked at, never kept: they may be secrets. */
export type Variables = {
  from: string
  names: readonly string[]
  /** The value of PORT, where it is a number: an address, not a secret. */
  port: number | null
  /** The variable whose value is the address of a Postgres, or of another database. */
  database: { name: string; postgres: boolean } | null
}

/** The example first: it is what the repository says to everybody. */
const files = ['.env.example', '.env.sample', '.env']

export function variablesOf(directory: Directory): Variables | null {
  const found = firstText(directory, files)
  if (found === null) return null
  const pairs = found.text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w{0,99})\s*=\s*["']?(.*?)["']?\s*$/.exec(line)
    return match ? [[match[1] ?? '', match[2] ?? '']] : []
  })
  const values = new Map(pairs)
  const port = Number(values.get('PORT'))
  return {
    from: found.from,
    names: [...values.keys()],
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null,
    database: databaseIn(values),
  }
}

function databaseIn(values: ReadonlyMap<string, string>): Variables['database'] {
  const isPostgres = (value: string): boolean => /^postgres(ql)?:\/\//.test(value)
  const addressed = [...values].find(([, value]) => isPostgres(value))
  if (addressed) return { name: addressed[0], postgres: true }
  const named = values.get('DATABASE_URL')
  return named === undefined ? null : { name: 'DATABASE_URL', postgres: named === '' || isPostgres(named) }
}
