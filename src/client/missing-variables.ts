import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { loadConfiguration } from '../config/load.ts'
import { referencedNames } from '../domain/reference.ts'

/**
 * Variables that the configuration file names for this host and that the environment has no value for, in the order of
 * the file. None where there is no file, or it has problems: `belay validate` tells those.
 */
export async function missingVariables(
  file: string,
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => null)
  const loaded = text === null ? null : loadConfiguration(text, basename(file))
  if (!loaded?.ok) return []
  const here = [...loaded.configuration.environments.values()].filter(({ hosts }) => hosts.includes(host))
  return [...new Set(referencedNames(JSON.stringify(here)))].filter((name) => environment[name] === undefined)
}
