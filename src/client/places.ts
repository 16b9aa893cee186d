import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { loadConfiguration } from '../config/load.ts'
import type { PeakHours } from '../domain/gate/peak-hours.ts'

export type ConfiguredPlaces = {
  service: string
  environments: string[]
  peakHours: ReadonlyMap<string, readonly PeakHours[]>
}

/** What a configuration file names, for looking around; null: there is none, or it has problems (`belay validate`). */
export async function configuredPlaces(file: string): Promise<ConfiguredPlaces | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const loaded = loadConfiguration(text, basename(file))
  if (!loaded.ok) return null
  const { environments } = loaded.configuration
  const [first] = environments.values()
  const peakHours = new Map([...environments].map(([name, settings]) => [name, settings.peak_hours]))
  return first ? { service: first.service, environments: [...environments.keys()], peakHours } : null
}
