import { shortName } from '../catalog/catalog.ts'
import { counted } from '../counted.ts'

/** `fast`: structure, sequences, counts. `exact`: also the rows of the touched tables, by hash. */
export type IntegrityLevel = 'fast' | 'exact'

/**
 * One thing that was looked at.
 * `passed`: proven, as far as `got` says and no further.
 * `failed`: proven wrong, by something that no rightful write of the service can bring about.
 * `error`: an assertion of the service that could not be asked; no answer is no health.
 * `inconclusive`: it differs, or could not be looked at, and nobody can tell damage from the service's own work; `got`
 * says exactly what is known. It never fails a rollback by itself.
 */
export type IntegrityResult = {
  name: string
  verdict: 'passed' | 'failed' | 'error' | 'inconclusive'
  expected: string
  got: string
  /** It was so before the deployment too: reported, not blamed. */
  before?: true
}

export type IntegrityReport = {
  /** The one that ran, whatever was asked for. */
  level: IntegrityLevel
  /** Over several deployments: before which of them what was compared was kept, oldest first. Absent: there was one. */
  against?: readonly string[]
  /** How many sequences were held against their columns. */
  sequences: number
  /** Structure first, then the service's own assertions. */
  results: readonly IntegrityResult[]
  /** By touched table: what is known of its rows. Those that are not well come first where there are many. */
  tables: readonly IntegrityResult[]
  /** How many tables more are not listed; absent: none. */
  more?: number
}

/**
 * A report is part of a run's history and is read by people: tables bear the names that they use, and of thousands the
 * rest is a number.
 */
export function inBounds(report: IntegrityReport): IntegrityReport {
  const tables = report.tables.map((table) => ({ ...table, name: shortName(table.name) }))
  if (tables.length <= mostListed) return { ...report, tables }
  const rank = ({ verdict }: IntegrityResult) => ['failed', 'error', 'inconclusive', 'passed'].indexOf(verdict)
  const sorted = tables.toSorted((a, b) => rank(a) - rank(b))
  return { ...report, tables: sorted.slice(0, mostListed), more: tables.length - mostListed }
}

const mostListed = 50

/** Names of the two or three results that are about the structure; every other one is an assertion. */
export const structureNames = ['all constraints validated', 'all indexes valid', 'sequences ahead of their columns']

/** What went wrong and was not so before the deployment. */
export function blamed(report: Pick<IntegrityReport, 'results' | 'tables'>): IntegrityResult[] {
  return [...report.results, ...report.tables].filter(
    ({ verdict, before }) => (verdict === 'failed' || verdict === 'error') && before !== true,
  )
}

/** Of two answers to the same question: what was wrong before is not this deployment's. */
export function againstBefore(now: IntegrityResult, was: IntegrityResult | undefined): IntegrityResult {
  if (was === undefined || now.verdict === 'passed' || was.verdict === 'passed') return now
  return { ...now, got: `${now.got} (failed before the deployment too: ${was.got})`.slice(0, 400), before: true }
}

/** Over several deployments each table says before which of them its rows were kept. */
export function heldAgainst(result: IntegrityResult, deployment: string): IntegrityResult {
  return { ...result, got: `${result.got} (before ${deployment})` }
}

/** `fast: structure, 3 sequences and 1 assertion hold; users: 5 rows before, 7 now; rows not compared` */
export function integrityLine(report: IntegrityReport): string {
  const open = [...report.results, ...report.tables].filter(({ verdict }) => verdict !== 'passed')
  const well = report.tables.filter(({ verdict }) => verdict === 'passed')
  const unlisted = Math.max(0, well.length - mostTables) + (report.more ?? 0)
  const more = unlisted > 0 ? [`${counted(unlisted, 'more table')} not listed`] : []
  const parts = [
    held(report),
    ...open.slice(0, mostOpen).map(resultLine),
    open.length > mostOpen ? `${open.length - mostOpen} more of the kind` : '',
    ...well.slice(0, mostTables).map(({ name, got }) => `${name}: ${got}`),
    ...more,
    ...(report.level === 'fast' ? ['rows not compared'] : []),
    againstWords(report.against ?? []),
  ]
  return `${report.level}: ${parts.filter(Boolean).join('; ')}`
}

function againstWords([oldest, ...later]: readonly string[]): string {
  if (oldest === undefined) return ''
  const others = later.length === 0 ? '' : `; tables that only later ones touched, before ${later.join(', ')}`
  return `against what was kept before ${oldest}${others}`
}

/** `no orphans: expected 0, got 3` */
export function resultLine({ name, verdict, expected, got }: IntegrityResult): string {
  return verdict === 'inconclusive' ? `${name}: ${got}` : `${name}: expected ${expected}, got ${got}`
}

/** More than these are not named one by one where nothing is to be said about them. */
const mostTables = 8
/** Enough to see what kind of trouble it is; the history has more. */
const mostOpen = 20

function held({ results, sequences }: IntegrityReport): string {
  const passed = (result: IntegrityResult) => result.verdict === 'passed'
  const [constraints, indexes, ahead] = structureNames.map((name) => results.find((result) => result.name === name))
  const assertions = results.filter((result) => passed(result) && !structureNames.includes(result.name)).length
  const parts = [
    constraints && indexes && passed(constraints) && passed(indexes) ? 'structure' : '',
    ahead && passed(ahead) && sequences > 0 ? counted(sequences, 'sequence') : '',
    assertions > 0 ? counted(assertions, 'assertion') : '',
  ].filter(Boolean)
  if (parts.length === 0) return ''
  return `${[parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ')} ${parts.length === 1 && (parts[0] === 'structure' || parts[0]?.startsWith('1 ')) ? 'holds' : 'hold'}`
}
