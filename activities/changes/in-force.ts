import type { ConfigurationFile } from '../../src/domain/plan.ts'

/** One source, and whether the base and the release bring it. `movedFrom`: the base writes it there instead. */
export type Pair = Pick<ConfigurationFile, 'source' | 'target'> & {
  movedFrom?: string
  inForce: boolean
  brought: boolean
}

/** What the release brings, then what only the base brought. `base` null: any file of its commit may have been in force. */
export function pairsOf(release: readonly ConfigurationFile[], base: readonly ConfigurationFile[] | null): Pair[] {
  const before = base ?? release
  const left = before.filter((file) => !has(release, file))
  const brought = release.map(({ source, target }): Pair => {
    const pair = { source, target, brought: true }
    if (has(before, pair)) return { ...pair, inForce: true }
    const at = left.findIndex((file) => file.source === source)
    const [from] = at === -1 ? [] : left.splice(at, 1)
    return from ? { ...pair, movedFrom: from.target, inForce: true } : { ...pair, inForce: false }
  })
  const gone = left.map(({ source, target }) => ({ source, target, inForce: true, brought: false }))
  return [...brought, ...gone]
}

type Place = Pick<ConfigurationFile, 'source' | 'target'>

function has(files: readonly Place[], { source, target }: Place): boolean {
  return files.some((file) => file.source === source && file.target === target)
}
