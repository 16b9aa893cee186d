import type { Directory } from '../directory.ts'
import type { Program } from './program.ts'

/** Only what a Gemfile says for certain: what to install, and puma where it is named. */
export function rubyProgram(directory: Directory): Program | null {
  const text = directory.texts.get('Gemfile')
  if (text === undefined) return null
  const gems = [...text.matchAll(/^\s*gem\s+["']([\w-]+)["']/gm)].map((match) => match[1] ?? '')
  return {
    from: 'Gemfile',
    name: null,
    version: null,
    start: gems.includes('puma') && directory.paths.includes('config.ru') ? ['bundle', 'exec', 'puma'] : null,
    build: [['bundle', 'install']],
    tests: null,
    dependencies: gems,
    installed: null,
    notes: [],
  }
}
