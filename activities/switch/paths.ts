import { join } from 'node:path'
import { sha256Of } from '../disk/sha256.ts'
import { hostPaths } from '../host/paths.ts'

/** Where the switch keeps what it needs to be completed or undone; all of it below Belay's own 0700 directory. */
export function switchPaths(directory: string) {
  const { state, switch: root } = hostPaths(directory)
  return {
    /** Bytes of configuration and markers by their sha256, mode 0600. */
    contents: join(state, 'contents'),
    guard: join(root, 'guard'),
    /** There while a switch is under way, and only then. */
    journal: join(root, 'journal.json'),
    written: join(root, 'written.json'),
    orders: join(root, 'orders'),
    order: (id: string) => join(root, 'orders', `${id}.json`),
    done: (id: string) => join(root, 'done', `${id}.json`),
    /** Where a rollback that is under way goes, for the one that takes over from it. */
    target: (deployment: string) => join(root, 'targets', `${deployment}.json`),
  }
}

/** A name for temporary files that the same switch finds again after it was killed, and no other one has. */
export function temporaryName(name: string, switchId: string): string {
  return `.${name.slice(0, 100)}.${sha256Of(switchId).slice(0, 16)}.belay`
}
