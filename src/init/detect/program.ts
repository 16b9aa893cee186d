import type { Directory } from '../directory.ts'
import { goProgram } from './go.ts'
import { nodeProgram } from './node.ts'
import { pythonProgram } from './python.ts'
import { rubyProgram } from './ruby.ts'

/** What a language's own files say about the service. Commands are argument lists. */
export type Program = {
  from: string
  /** As written there; not yet a service's name. */
  name: string | null
  version: string | null
  start: readonly string[] | null
  build: readonly (readonly string[])[]
  /** Runs in a clean checkout: installs what the tests need by itself. null: none was found that does. */
  tests: readonly string[] | null
  /** Names of packages it needs; null: unknown. */
  dependencies: readonly string[] | null
  /** Programs that the build puts into the release: where they are, by their bare names. */
  installed: { directory: string; names: readonly string[] } | null
  /** What is not as one might expect, in words. */
  notes: readonly string[]
}

export function programOf(directory: Directory): Program | null {
  return nodeProgram(directory) ?? goProgram(directory) ?? rubyProgram(directory) ?? pythonProgram(directory)
}
