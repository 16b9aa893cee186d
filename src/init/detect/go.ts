import type { Directory } from '../directory.ts'
import type { Program } from './program.ts'

const from = 'go.mod'

/** A module with `main.go` at its root, or with exactly one command below `cmd/`. */
export function goProgram(directory: Directory): Program | null {
  const text = directory.texts.get(from)
  if (text === undefined) return null
  const name = nameOf(text)
  const binary = (name ?? '').replace(/[^A-Za-z0-9._-]/g, '') || 'service'
  const source = sourceOf(directory)
  return {
    from,
    name,
    version: null,
    start: source === null ? null : [`bin/${binary}`],
    build: source === null ? [] : [['go', 'build', '-o', `bin/${binary}`, source]],
    tests: directory.paths.some((path) => path.endsWith('_test.go')) ? ['go', 'test', './...'] : null,
    dependencies: [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v\d/gm)].map(
      (match) => match[1] ?? '',
    ),
    installed: null,
    notes: source === null ? ['go.mod has no main.go beside it and not exactly one command below cmd/'] : [],
  }
}

/** `example.com/shop/notes/v2` is called notes. */
function nameOf(text: string): string | null {
  const module = /^module\s+"?([^\s"]+)/m.exec(text)?.[1]
  return (
    module
      ?.replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? null
  )
}

function sourceOf({ paths }: Directory): string | null {
  if (paths.includes('main.go')) return '.'
  const commands = paths.filter((path) => /^cmd\/[\w.-]+\/main\.go$/.test(path))
  return commands.length === 1 ? `./${commands[0]?.replace('/main.go', '')}` : null
}
