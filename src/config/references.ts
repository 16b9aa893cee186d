import { describeGot } from './got.ts'
import { type Issue, valueAt } from './issues.ts'
import { nearest } from './nearest.ts'
import { checkKinds } from './schema/checks.ts'
import { isMapping } from './yaml/merge.ts'
import type { Path } from './yaml/path-text.ts'

/** Names that must exist: read from the data itself, so that they are told together with what the schema refuses. */
export function referenceIssues(data: unknown): Issue[] {
  const checks = checkNames(data)
  const processes = keysAt(data, ['release', 'processes'])
  return [
    ...checkReferences(data).flatMap((path) => unknownName(data, path, 'a check of this configuration', checks)),
    ...processReferences(data).flatMap((path) => unknownName(data, path, 'a process of the release', processes)),
    ...watchIssues(data),
    ...urlIssues(data),
  ]
}

/** `checks`, and what `monitoring.checks` adds: an entry there that says what it probes. */
function checkNames(data: unknown): string[] {
  return [
    ...keysAt(data, ['checks']),
    ...keysAt(data, ['monitoring', 'checks']).filter((name) => isOwnCheck(data, name)),
  ]
}

function checkReferences(data: unknown): Path[] {
  const steps = keysAt(data, ['verification']).map((step): Path => ['verification', step])
  const items = keysAt(data, ['after', 'items']).map((item): Path => ['after', 'items', item, 'check'])
  const manual = keysAt(data, ['after', 'manual']).map((item): Path => ['after', 'manual', item, 'check'])
  return [...steps, ...items, ...manual]
}

function processReferences(data: unknown): Path[] {
  return checkPaths(data).flatMap((path): Path[] => [
    [...path, 'process'],
    [...path, 'log', 'process'],
  ])
}

function checkPaths(data: unknown): Path[] {
  const own = keysAt(data, ['checks']).map((name): Path => ['checks', name])
  return [...own, ...keysAt(data, ['monitoring', 'checks']).map((name): Path => ['monitoring', 'checks', name])]
}

function unknownName(data: unknown, path: Path, expected: string, known: readonly string[]): Issue[] {
  const name = valueAt(data, path)
  if (typeof name !== 'string' || known.includes(name)) return []
  const like = nearest(name, known)
  const hint = like ? `did you mean ${like}?` : `known: ${known.join(', ') || 'none'}`
  return [{ path, part: 'value', expected, got: describeGot(name), hint, missing: false }]
}

/** `monitoring.checks.health: {}` needs a check of that name; one of its own must not take an existing name. */
function watchIssues(data: unknown): Issue[] {
  const known = keysAt(data, ['checks'])
  return keysAt(data, ['monitoring', 'checks']).flatMap((name): Issue[] => {
    const path: Path = ['monitoring', 'checks', name]
    const own = isOwnCheck(data, name)
    if (own === known.includes(name)) {
      const expected = own ? 'a name that no other check has' : 'a check of this configuration, or what to probe'
      const like = own ? null : nearest(name, known)
      return [
        {
          path,
          part: 'key',
          expected,
          got: describeGot(name),
          hint: like ? `did you mean ${like}?` : null,
          missing: false,
        },
      ]
    }
    return []
  })
}

/** A check without an address of its own needs one that the configuration gives. */
function urlIssues(data: unknown): Issue[] {
  const noDatabase = valueAt(data, ['database', 'url']) === undefined
  const noPrometheus = valueAt(data, ['prometheus']) === undefined
  return checkPaths(data).flatMap((path): Issue[] => [
    ...['postgres', 'postgres_pool']
      .filter(
        (kind) =>
          noDatabase &&
          isMapping(valueAt(data, [...path, kind])) &&
          valueAt(data, [...path, kind, 'url']) === undefined,
      )
      .map((kind) => absent([...path, kind, 'url'], 'an address here or database.url')),
    ...(noPrometheus &&
    valueAt(data, [...path, 'metric', 'query']) !== undefined &&
    valueAt(data, [...path, 'metric', 'prometheus']) === undefined
      ? [absent([...path, 'metric', 'prometheus'], 'an address here or prometheus at the top')]
      : []),
  ])
}

function absent(path: Path, expected: string): Issue {
  return { path, part: 'value', expected, got: 'nothing', hint: null, missing: true }
}

function isOwnCheck(data: unknown, name: string): boolean {
  return checkKinds.some((kind) => valueAt(data, ['monitoring', 'checks', name, kind]) !== undefined)
}

function keysAt(data: unknown, path: Path): string[] {
  const value = valueAt(data, path)
  return isMapping(value) ? Object.keys(value) : []
}
