/** On `one-of-each.sql`: what is altered by which SQL. `:role:` and `:space:` are put in. */
export type Alteration = readonly [properties: string, sql: string]
