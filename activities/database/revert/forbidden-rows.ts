import { lastName, shortName } from '../../../src/domain/catalog/catalog.ts'
import type { RestoredRule, RowsNow } from '../../../src/domain/catalog/restored.ts'
import { indexedExpression, listed, parenthesised } from './definition.ts'

/** How many rows are against a rule, and how a person says so. A partition's rows are counted with it, not with its parent. */
export type ForbiddenRows = { object: string; why: string; query: string }

/** null: nothing here can count rows against such a rule. */
export function forbiddenRows(rule: Exclude<RestoredRule, { kind: 'partition' }>): ForbiddenRows | null {
  const { rows } = rule
  switch (rule.kind) {
    case 'not null':
      return { object: objectOf(rows, rule.column), why: 'NULL', query: rowsWhere(rows, `${rule.column} is null`) }
    case 'constraint':
      return againstConstraint(rows, rule.definition, rule.refers)
    case 'unique index':
      return againstIndex(rows, rule.definition)
    case 'domain':
      return againstDomain(rule)
  }
}

/** The rows as the table was called and shaped before, so that its rules can be read in their own words. */
function shapedAsBefore({ was, table, columns }: RowsNow): string {
  const shaped = columns.map((column) => `${column.is} as ${column.was}`).join(', ')
  return `(select ${shaped} from only ${table}) as ${lastName(was)}`
}

export function rowsWhere(rows: RowsNow, condition: string): string {
  return `select count(*) as n from ${shapedAsBefore(rows)} where ${condition}`
}

/** `users.email`, or the table where it is about several columns. Called what it is called now. */
export function objectOf(rows: RowsNow, ...columns: readonly string[]): string {
  const [only] = columns
  const is = columns.length === 1 ? rows.columns.find(({ was }) => was === only)?.is : undefined
  return shortName(is === undefined ? rows.table : `${rows.table}.${is}`)
}

function againstConstraint(rows: RowsNow, definition: string, refers: RowsNow | null): ForbiddenRows | null {
  const inner = parenthesised(definition)
  if (inner === null || /\bWITHOUT OVERLAPS\b|\bPERIOD\b/.test(definition)) return null
  if (/^(UNIQUE|PRIMARY KEY)\b/.test(definition)) {
    const distinct = !/^UNIQUE NULLS NOT DISTINCT/.test(definition)
    return duplicates(rows, { keys: listed(inner.inside), distinct, where: null }, definition)
  }
  if (definition.startsWith('CHECK ')) {
    return {
      object: objectOf(rows),
      why: `against ${definition}`,
      query: rowsWhere(rows, `(${inner.inside}) is false`),
    }
  }
  if (definition.startsWith('EXCLUDE ')) return conflicts(rows, inner.inside, predicateOf(inner.rest), definition)
  return definition.startsWith('FOREIGN KEY ') ? orphans(rows, refers, definition) : null
}

function againstIndex(rows: RowsNow, definition: string): ForbiddenRows | null {
  const inner = parenthesised(definition, definition.indexOf(' USING '))
  if (inner === null) return null
  const keys = listed(inner.inside).map(indexedExpression)
  const distinct = !/^\s*(?:INCLUDE \(.*?\)\s*)?NULLS NOT DISTINCT/.test(inner.rest)
  const name = shortName(/ INDEX ((?:"(?:[^"]|"")*"|[^" ])+) ON /.exec(definition)?.[1] ?? 'index')
  return duplicates(rows, { keys, distinct, where: predicateOf(inner.rest) }, `unique index ${name}`)
}

type Keys = { keys: readonly string[]; distinct: boolean; where: string | null }

/** Every row that shares its key with another one. */
function duplicates(rows: RowsNow, { keys, distinct, where }: Keys, rule: string): ForbiddenRows {
  const conditions = [
    ...(distinct ? keys.map((key) => `(${key}) is not null`) : []),
    ...(where === null ? [] : [where]),
  ]
  const those = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
  const groups = `select count(*) as n from ${shapedAsBefore(rows)}${those} group by ${keys.map((key) => `(${key})`).join(', ')}`
  return {
    object: objectOf(rows, ...keys),
    why: `duplicates under ${rule}`,
    query: `select coalesce(sum(n), 0) as n from (${groups} having count(*) > 1) as shared`,
  }
}

/** Every row that is in conflict with another one; without an index to find it by. */
function conflicts(rows: RowsNow, elements: string, where: string | null, rule: string): ForbiddenRows | null {
  const keys = listed(elements).map((element) => /^(.*) WITH (\S.*)$/s.exec(element))
  if (keys.some((key) => key === null)) return null
  const named = keys.map((key, at) => `(${indexedExpression(key?.[1] ?? '')}) as key${at}`).join(', ')
  const apart = keys.map((key, at) => `one.key${at} ${key?.[2]} other.key${at}`).join(' and ')
  const all = `select row_number() over () as number, ${named} from ${shapedAsBefore(rows)}${where === null ? '' : ` where ${where}`}`
  return {
    object: objectOf(rows),
    why: `in conflict under ${rule}`,
    query: `with rows as materialized (${all}) select count(*) as n from rows as one
      where exists (select from rows as other where one.number <> other.number and ${apart})`,
  }
}

/** Every row whose parent is not there; with MATCH FULL also one that names only a part of it. */
function orphans(rows: RowsNow, refers: RowsNow | null, definition: string): ForbiddenRows | null {
  const own = parenthesised(definition)
  const other = own && parenthesised(own.rest)
  if (!own || !other || !refers) return null
  const [columns, keys] = [listed(own.inside), listed(other.inside)]
  const child = lastName(rows.was)
  const alike = columns.map((column, at) => `parent.${keys[at]} = ${child}.${column}`).join(' and ')
  const parents = keys.map((key) => `${refers.columns.find(({ was }) => was === key)?.is ?? key} as ${key}`).join(', ')
  const missing = `not exists (select from (select ${parents} from ${refers.parted ? '' : 'only '}${refers.table}) as parent where ${alike})`
  const [all, none] = ['and', 'or'].map((word) => columns.map((column) => `${column} is not null`).join(` ${word} `))
  const full = / MATCH FULL/.test(other.rest) ? ` or (not (${all}) and (${none}))` : ''
  return {
    object: objectOf(rows, ...columns),
    why: `without ${columns.length === 1 ? 'its' : 'their'} row in ${shortName(refers.table)}`,
    query: rowsWhere(rows, `(((${all}) and ${missing})${full})`),
  }
}

/** In a domain's rule the value is called VALUE, which SQL reads as a column of that name. */
function againstDomain({
  rows,
  column,
  domain,
  rule,
}: Extract<RestoredRule, { kind: 'domain' }>): ForbiddenRows | null {
  const is = rows.columns.find(({ was }) => was === column)?.is
  const check = parenthesised(rule)?.inside
  const condition = rule === 'NOT NULL' ? 'value is null' : check === undefined ? null : `(${check}) is false`
  if (is === undefined || condition === null) return null
  const values = `(select ${is} as value from only ${rows.table}) as given`
  return {
    object: objectOf(rows, column),
    why:
      rule === 'NOT NULL'
        ? `NULL, against domain ${shortName(domain)}`
        : `against ${rule} of domain ${shortName(domain)}`,
    query: `select count(*) as n from ${values} where ${condition}`,
  }
}

function predicateOf(rest: string): string | null {
  const at = rest.search(/\bWHERE \(/)
  return at < 0 ? null : (parenthesised(rest, at)?.inside ?? null)
}
