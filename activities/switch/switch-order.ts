import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import { createFileOnce, readJson } from '../disk/atomic.ts'
import { ownProgram } from '../disk/own-program.ts'
import type { Roots } from '../disk/safe-path.ts'
import type { Head } from './checkout-state.ts'
import { switchPaths } from './paths.ts'

/** Carries orders out, in a process of its own; see there. */
export const switchProgram = ownProgram(import.meta, './program')

/** What one switch is to bring about, decided before it begins. It is written down once; the first one stands. */
export type SwitchOrder = {
  /** `<deployment>.<direction>.<try>`: becomes a file's name. */
  id: string
  order: HostOrder
  direction: 'forward' | 'back'
  roots: Roots
  /** The plan that is live afterwards; null: nothing is. */
  planDigest: string | null
  /** Where the bytes of somebody's edit are kept before they are overwritten. */
  editedDirectory: string
  files: readonly WantedFile[]
  code: WantedCode | null
}

export type WantedFile = {
  path: string
  what: 'configuration' | 'marker'
  /** null: absent. */
  sha256: string | null
  /** `keep`: mode and owner of the file that is there, else `mode` and our own. */
  keep: boolean
  mode: number
  uid: number
  gid: number
  /** As it was captured; not `known`: it was not. Other bytes than these, and than those Belay wrote, are an edit. */
  captured: { known: boolean; sha256: string | null }
  /** Directories to remove with it where it becomes absent. */
  parents: readonly string[]
}

export type WantedCode = { kind: 'link'; to: string | null } | { kind: 'checkout'; to: Head }

export function switchId(deployment: string, direction: SwitchOrder['direction'], attempt: number): string {
  return `${deployment}.${direction}.${attempt}`
}

/** Writes the order down unless there is one; the answer is the one that stands. */
export async function keepOrder(order: SwitchOrder): Promise<{ file: string; order: SwitchOrder }> {
  const file = switchPaths(order.order.directory).order(order.id)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await createFileOnce(file, `${JSON.stringify(order)}\n`)
  return { file, order: (await readOrder(file)) ?? order }
}

export async function readOrder(file: string): Promise<SwitchOrder | null> {
  return await readJson(file, (value) => {
    if (!isSwitchOrder(value)) throw new Error('expected a switch order')
    return value
  })
}

function isSwitchOrder(value: unknown): value is SwitchOrder {
  if (typeof value !== 'object' || value === null) return false
  const { id, order, direction, roots, files }: Record<string, unknown> = { ...value }
  const objects = [order, roots].every((part) => typeof part === 'object' && part !== null)
  return typeof id === 'string' && objects && typeof direction === 'string' && Array.isArray(files)
}
