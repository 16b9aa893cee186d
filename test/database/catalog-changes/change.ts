/** On `test/fixtures/catalog/everything.sql`: what is changed, by which SQL, what the difference says, how it is undone. */
export type Change = readonly [what: string, sql: string, says: string, undo?: string]
