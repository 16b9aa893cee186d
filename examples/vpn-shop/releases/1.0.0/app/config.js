import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** `hash`: sha256 (hex) of exactly the bytes that were loaded, so that anyone can tell which content is in use. */
export function loadConfig(file) {
  const bytes = readFileSync(file)
  return { ...JSON.parse(bytes.toString('utf8')), hash: createHash('sha256').update(bytes).digest('hex') }
}

/** The release says who it is; nobody has to tell it. */
export function ownVersion() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}
