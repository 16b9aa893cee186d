import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { loadConfiguration } from '../config/load.ts'

/** What a configuration file names, for looking around; null: there is none, or it has problems (`belay validate`). */
export async function configuredPlaces(file: string): Promise<{ service: string; environments: string[] } | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const loaded = loadConfiguration(text, basename(file))
  if (!loaded.ok) return null
  const { environments } = loaded.configuration
  const [first] = environments.values()
  return first ? { service: first.service, environments: [...environments.keys()] } : null
}
