import { extname, join } from 'node:path'

/**
 * The absolute path of a program that stands beside the asking module, to be run by Node in a process of its own: a `.ts`
 * file in the sources, the `.js` made of it in the package. `name` is relative and without an extension.
 */
export function ownProgram(asking: { readonly dirname: string; readonly filename: string }, name: string): string {
  return join(asking.dirname, `${name}${extname(asking.filename)}`)
}
