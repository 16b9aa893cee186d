import { describeGot } from './got.ts'
import { type Issue, issuesOf, valueAt, words } from './issues.ts'
import { inReadingOrder, type Problem } from './problem.ts'
import { referenceIssues } from './references.ts'
import { environmentName } from './schema/environment-name.ts'
import { type Settings, settings } from './schema/settings.ts'
import { schemaKeys } from './schema-keys.ts'
import { readDocument, type SourceDocument } from './yaml/document.ts'
import { isMapping, merge } from './yaml/merge.ts'
import { type Path, pathText } from './yaml/path-text.ts'

/** A configuration whose every environment fits the schema. `problemAt` gives a later finding its place in the file. */
export type Configuration = {
  file: string
  service: string
  environments: ReadonlyMap<string, Settings>
  problemAt(environment: string, finding: Finding): Problem
}

/** Something wrong at a path of one environment's settings. */
export type Finding = { path: Path; expected: string; got: string; hint: string | null }

/**
 * Reads `belay.yaml`. Each environment is laid over the defaults and checked as a whole; all problems of all
 * environments come at once, in reading order. `file` is only used to name the place.
 */
export function loadConfiguration(
  text: string,
  file: string,
): { ok: true; configuration: Configuration } | { ok: false; problems: Problem[] } {
  const read = readDocument(text, file)
  if (!read.ok) return read
  const source = read.document
  const wrongFrame = frameIssues(source.data)
  const { environments, ...defaults } = isMapping(source.data) ? source.data : {}
  const loaded = new Map<string, Settings>()
  const problems = wrongFrame.map((issue) => placed(source, null, issue))
  if (isMapping(source.data)) problems.push(...defaultIssues(defaults).map((issue) => placed(source, null, issue)))
  for (const [name, over] of Object.entries(isMapping(environments) ? environments : {})) {
    if (wrongFrame.some((issue) => issue.path[1] === name)) continue
    const data = merge(defaults, over ?? {})
    const parsed = settings.safeParse(data, { error: words })
    const issues = [...(parsed.success ? [] : issuesOf(parsed.error, data, schemaKeys)), ...referenceIssues(data)]
    problems.push(...issues.map((issue) => placed(source, name, issue)))
    if (parsed.success) loaded.set(name, parsed.data)
  }
  const first = loaded.values().next().value
  if (problems.length > 0 || first === undefined) return { ok: false, problems: inReadingOrder(problems) }
  const problemAt = (environment: string, finding: Finding): Problem =>
    placed(source, environment, { ...finding, part: 'value', missing: valueMissing(finding) })
  return { ok: true, configuration: { file, service: first.service, environments: loaded, problemAt } }
}

/** What is wrong around the environments themselves. */
function frameIssues(data: unknown): Issue[] {
  const issue = (path: Path, expected: string, got: string, hint: string | null = null): Issue[] => [
    { path, part: path.length === 0 ? 'value' : 'key', expected, got, hint, missing: false },
  ]
  if (!isMapping(data)) return issue([], 'a mapping of settings', describeGot(data))
  const environments = data.environments
  if (!isMapping(environments) || Object.keys(environments).length === 0) {
    return issue(
      ['environments'],
      'at least one environment',
      describeGot(environments),
      'like environments: { staging: { hosts: [local] } }',
    )
  }
  return Object.entries(environments).flatMap(([name, over]) => {
    const path: Path = ['environments', name]
    const named = environmentName.safeParse(name)
    if (!named.success) return issue(path, named.error.issues[0]?.message ?? 'another name', describeGot(name))
    if (over !== null && !isMapping(over)) return issue(path, 'a mapping', describeGot(over))
    if (over !== null && 'service' in over)
      return issue([...path, 'service'], 'one service in every environment', describeGot(over.service))
    return over !== null && 'environments' in over
      ? issue([...path, 'environments'], 'settings', 'more environments')
      : []
  })
}

/** Defaults may lack what every environment adds; what they do hold must be right even where nobody uses it. */
function defaultIssues(defaults: unknown): Issue[] {
  const parsed = settings.safeParse(defaults, { error: words })
  if (parsed.success) return []
  return issuesOf(parsed.error, defaults, schemaKeys).filter((issue) => !issue.missing && issue.got !== 'none')
}

/** The place of an issue: in the environment's own settings where they hold it, else in the defaults. */
function placed(source: SourceDocument, environment: string | null, issue: Issue): Problem {
  const own: Path = environment === null ? issue.path : ['environments', environment, ...issue.path]
  const inOwn =
    environment !== null && (valueAt(source.data, own) !== undefined || isDeeper(source.data, own, issue.path))
  const path = inOwn ? own : issue.path
  const { line, column } = source.positionOf(path, issue.part)
  return {
    file: source.file,
    line,
    column,
    path: pathText(path),
    expected: issue.expected,
    got: issue.got,
    hint: issue.hint,
  }
}

/** Settings that one looks for in the environment. */
const environmentsOwn = ['hosts', 'ignored_safeties']

/** Where the value is in neither, the message points at whichever holds more of what is around it. */
function isDeeper(data: unknown, own: Path, base: Path): boolean {
  if (valueAt(data, base) !== undefined) return false
  if (environmentsOwn.includes(String(base[0]))) return true
  const depth = (path: Path, from: number): number =>
    path.findIndex((_, index) => index >= from && valueAt(data, path.slice(0, index + 1)) === undefined) - from
  return depth(own, own.length - base.length) > Math.max(0, depth(base, 0))
}

function valueMissing(finding: Finding): boolean {
  return finding.got === 'nothing'
}
