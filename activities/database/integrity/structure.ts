import { type Catalog, type CatalogObject, shortName } from '../../../src/domain/catalog/catalog.ts'
import { namesInShort } from '../../../src/domain/in-short.ts'
import { type IntegrityResult, structureNames } from '../../../src/domain/integrity/integrity.ts'
import type { Sequences } from './sequences.ts'

/** What is wrong with the structure, by name: empty lists, nothing. */
export type Structure = {
  /** Constraints that were never checked against all rows. */
  unchecked: string[]
  /** Indexes that are invalid or half built. */
  broken: string[]
  /** Columns whose sequence would give a value that is there already; absent: not looked at. */
  behind?: string[]
}

export function structureOf(catalog: Catalog, sequences: Sequences | null): Structure {
  const unchecked = catalog.filter(({ kind, properties }) => kind === 'constraint' && properties.validated === false)
  const broken = catalog.filter(
    ({ kind, properties }) => kind === 'index' && (properties.valid === false || properties.ready === false),
  )
  const behind = sequences ? { behind: sequences.behind.map(shortName) } : {}
  return { unchecked: unchecked.map(nameOf), broken: broken.map(nameOf), ...behind }
}

/**
 * In results. What was wrong before (`was`) is reported and not blamed. `lenient`: a migration that is applied may have
 * meant it so (a constraint that the next release validates), so what is new is said and not failed.
 */
export function structureResults(now: Structure, was: Structure | null, lenient = false): IntegrityResult[] {
  const [constraints = '', indexes = '', sequences = ''] = structureNames
  const results = [
    resultOf(constraints, 'no constraint that is not valid', now.unchecked, was?.unchecked),
    resultOf(indexes, 'no invalid index', now.broken, was?.broken),
    ...(now.behind ? [resultOf(sequences, 'no value that is there already', now.behind, was?.behind)] : []),
  ]
  return results.map((result) =>
    lenient && result.verdict === 'failed' && !result.before ? { ...result, verdict: 'inconclusive' } : result,
  )
}

function resultOf(
  name: string,
  expected: string,
  now: readonly string[],
  was: readonly string[] = [],
): IntegrityResult {
  const fresh = now.filter((found) => !was.includes(found))
  if (fresh.length > 0) return { name, verdict: 'failed', expected, got: namesInShort(fresh, mostNamed) }
  if (now.length === 0) return { name, verdict: 'passed', expected, got: 'none' }
  return {
    name,
    verdict: 'failed',
    expected,
    got: `${namesInShort(now, mostNamed)} (so before the deployment too)`,
    before: true,
  }
}

/** Enough to begin with. */
const mostNamed = 10

function nameOf({ name }: CatalogObject): string {
  return shortName(name)
}
