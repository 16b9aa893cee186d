import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export type ComposeService = {
  image: string
  build?: string
  restart?: string
  environment?: Readonly<Record<string, string>>
  ports?: readonly string[]
  volumes?: readonly string[]
  depends_on?: Readonly<Record<string, { condition: string }>>
  healthcheck?: { test: readonly string[] }
  entrypoint?: readonly string[]
  command?: readonly string[]
  stop_grace_period?: string
}

/** A file of the repository, by its path from the root. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

export function readRepositoryFile(path: string): string {
  return readFileSync(repositoryFile(path), 'utf8')
}

export function composeServices(): Readonly<Record<string, ComposeService>> {
  const file: { services: Record<string, ComposeService> } = parse(readRepositoryFile('docker-compose.yml'))
  return file.services
}

/** The environment of a service as compose would give it with these values in `.env`. */
export function environmentOf(service: string, values: Readonly<Record<string, string>>): Record<string, string> {
  const given = composeServices()[service]?.environment ?? {}
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, interpolated(text, values)]))
}

/** `${NAME:-default}` and `${NAME:?message}`, as compose reads them. */
function interpolated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest = '') => {
    const value = values[name] ?? ''
    if (value !== '') return value
    if (kind === '-') return rest
    throw new Error(`${name}: ${rest}`)
  })
}
