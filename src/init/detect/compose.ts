import { parse } from 'yaml'
import { isMapping } from '../../config/yaml/merge.ts'
import { type Directory, firstText } from '../directory.ts'

export type ComposeProject = {
  from: string
  services: readonly string[]
  /** On this machine, of the service that is built here; null: none or several. */
  port: number | null
  /** Kind of database that runs beside it. */
  database: 'postgres' | 'mysql' | 'mongodb' | null
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']

export function composeProject(directory: Directory): ComposeProject | null {
  const found = firstText(directory, names)
  if (found === null) return null
  const services = servicesIn(found.text)
  if (services === null) return { from: found.from, services: [], port: null, database: null }
  const ports = services.filter(({ entry }) => entry.build !== undefined).flatMap(({ entry }) => portsOf(entry.ports))
  const images = services.map(({ entry }) => (typeof entry.image === 'string' ? entry.image : ''))
  return {
    from: found.from,
    services: services.map(({ name }) => name),
    port: ports.length === 1 ? (ports[0] ?? null) : null,
    database: databaseIn(images),
  }
}

function servicesIn(text: string): { name: string; entry: Record<string, unknown> }[] | null {
  try {
    const read: unknown = parse(text, { maxAliasCount: 100, logLevel: 'silent' })
    if (!isMapping(read) || !isMapping(read.services)) return []
    return Object.entries(read.services).flatMap(([name, entry]) => (isMapping(entry) ? [{ name, entry }] : []))
  } catch {
    return null
  }
}

/** `8080:3000`, `127.0.0.1:8080:3000/tcp`, `{ published: 8080 }`: the side of the host. */
function portsOf(ports: unknown): number[] {
  if (!Array.isArray(ports)) return []
  return ports.flatMap((port: unknown) => {
    const published = isMapping(port) ? String(port.published) : /(?:^|:)(\d+):\d+(?:\/\w+)?$/.exec(String(port))?.[1]
    const number = Number(published)
    return Number.isInteger(number) && number >= 1 && number <= 65_535 ? [number] : []
  })
}

function databaseIn(images: readonly string[]): ComposeProject['database'] {
  const has = (pattern: RegExp): boolean => images.some((image) => pattern.test(image))
  if (has(/(^|\/)(postgres|postgis|timescaledb)/)) return 'postgres'
  if (has(/(^|\/)(mysql|mariadb)/)) return 'mysql'
  return has(/(^|\/)mongo/) ? 'mongodb' : null
}
