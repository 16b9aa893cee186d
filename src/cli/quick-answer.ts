import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What is asked most and needs no command line to be read: the version, and the whole help where the package has it
 * ready (`help.txt` beside this file; the same text that the command line itself would print). null: anything else.
 */
export function quickAnswer(args: readonly string[]): string | null {
  const [only, ...more] = args
  if (more.length > 0) return null
  switch (only) {
    case '--version':
    case '-V':
      return `${version()}\n`
    case '--help':
    case '-h':
    case 'help':
      return existsSync(readyHelp) ? readFileSync(readyHelp, 'utf8') : null
    default:
      return null
  }
}

const readyHelp = join(import.meta.dirname, 'help.txt')

/** The package's own, two levels above the sources and three above what is made of them. */
export function version(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => join(import.meta.dirname, path))
    .find((path) => existsSync(path))
  const manifest: { version?: string } = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
  return manifest.version ?? 'unknown'
}
