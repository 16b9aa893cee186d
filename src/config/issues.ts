import type { z } from 'zod'
import { describeGot } from './got.ts'
import { hintFor, hintForKey } from './hint.ts'
import { isMapping } from './yaml/merge.ts'
import type { Path } from './yaml/path-text.ts'

/** A problem that does not know its file yet. `part` says whether the key itself is wrong, or its value. */
export type Issue = {
  path: Path
  part: 'key' | 'value'
  expected: string
  got: string
  hint: string | null
  missing: boolean
}

/** What the schema says in its own words; `words` is the error map that makes every message an expectation. */
export function issuesOf(error: z.ZodError, data: unknown, schemaKeys: (path: Path) => readonly string[]): Issue[] {
  const found = error.issues.flatMap((issue) => translate(issue, [], data, schemaKeys))
  const firstOf = new Map<string, Issue>()
  for (const issue of found) {
    const key = `${issue.part} ${JSON.stringify(issue.path)}`
    if (!firstOf.has(key)) firstOf.set(key, issue)
  }
  const misspelt = found.filter((issue) => issue.part === 'key').map((issue) => JSON.stringify(issue.path.slice(0, -1)))
  return [...firstOf.values()].filter((issue) => issue.got !== 'none' || !misspelt.includes(JSON.stringify(issue.path)))
}

/** Phrases for what the schema does not word itself. */
export const words: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return knownKey
    default:
      return 'something else'
  }
}

const knownKey = 'a known key'
const typeWords: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

function translate(
  issue: z.core.$ZodIssue,
  prefix: Path,
  data: unknown,
  schemaKeys: (path: Path) => readonly string[],
): Issue[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  const value = valueAt(data, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message, schemaKeys(path)))
    case 'invalid_key':
      return [
        {
          path,
          part: 'key',
          expected: issue.issues[0]?.message ?? 'another key',
          got: path.at(-2) === 'env' ? 'another name (not shown)' : describeGot(path.at(-1)),
          hint: null,
          missing: false,
        },
      ]
    case 'invalid_union':
      return branchOf(issue, path, data, schemaKeys) ?? [worded(path, value, issue.message)]
    case 'custom':
      return [{ ...worded(path, value, issue.message), ...said(issue.params) }]
    default:
      return [worded(path, value, issue.message)]
  }
}

function unknownKey(path: Path, key: string, message: string, known: readonly string[]): Issue {
  const hint = message === knownKey ? hintForKey(path, key, known) : null
  return { path, part: 'key', expected: message, got: describeGot(key), hint, missing: false }
}

function worded(path: Path, value: unknown, expected: string): Issue {
  const hint = isPrivate(path, value) ? quotesHint(value) : hintFor(expected, value)
  return {
    path,
    part: 'value',
    expected,
    got: isPrivate(path, value) ? 'a value (not shown)' : describeGot(value),
    hint,
    missing: value === undefined,
  }
}

/**
 * What is written under `env`, or as a webhook's address or secret, may be a secret in the wrong place; so may what
 * stands in place of `env`.
 */
function isPrivate(path: Path, value: unknown): boolean {
  if (path[0] === 'notify' && (path.at(-1) === 'url' || path.at(-1) === 'secret')) return true
  return path.at(-2) === 'env' || (path.at(-1) === 'env' && typeof value === 'string')
}

function quotesHint(value: unknown): string | null {
  return typeof value === 'number' || typeof value === 'boolean' ? 'write it in quotes' : null
}

function said(params: Readonly<Record<string, unknown>> | undefined): Partial<Issue> {
  return { missing: false, ...(typeof params?.got === 'string' ? { got: params.got } : {}) }
}

/** Of a union's branches, the one whose outer type fits what was written. */
function branchOf(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  data: unknown,
  schemaKeys: (path: Path) => readonly string[],
): Issue[] | null {
  const fitting = issue.errors.find((branch) => branch.length > 0 && !branch.some((inner) => isOuterTypeIssue(inner)))
  if (fitting === undefined || valueAt(data, path) === undefined) return null
  return fitting.flatMap((inner) => translate(inner, path, data, schemaKeys))
}

function isOuterTypeIssue(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, step) => {
    if (Array.isArray(inside)) return inside[Number(step)]
    return isMapping(inside) && Object.hasOwn(inside, step) ? inside[step] : undefined
  }, data)
}
