import { namesInShort } from '../in-short.ts'
import type { Plan } from '../plan.ts'
import { allAdditive } from '../rollback/plan.ts'
import type { PreviewFacts } from './facts.ts'
import type { KnownMigrations } from './known-migrations.ts'

/** What is known of the migrations a release brings. */
export type SchemaChange = {
  /** By name; null: not known before the release is there. */
  added: readonly string[] | null
  /** Something may be applied. */
  mayMigrate: boolean
  additive: boolean
  /** Those whose files tell no way back. */
  withoutWayBack: readonly string[]
}

export function schemaChange({ database }: Plan, { changes }: Pick<PreviewFacts, 'changes'>): SchemaChange {
  if (!database) return { added: [], mayMigrate: false, additive: true, withoutWayBack: [] }
  const declared = database.migrations.additive
  // Of a directory that is not in the commit nobody can tell what it holds.
  if (!changes || changes.migrations.some(({ change }) => change === 'unknown')) {
    return { added: null, mayMigrate: true, additive: declared === 'all', withoutWayBack: [] }
  }
  const added = changes.migrations.filter(({ change }) => change === 'added')
  const names = added.map(({ name }) => name)
  return {
    added: names,
    mayMigrate: names.length > 0,
    additive: allAdditive(names, declared),
    withoutWayBack: added.filter(({ wayBack }) => wayBack === 'none').map(({ name }) => name),
  }
}

/** How migrations are undone, in words; the rollback does exactly this (`revert.ts`). */
export function schemaUndo(
  plan: Plan,
  { live, migrations }: Pick<PreviewFacts, 'live' | 'migrations'>,
  change: SchemaChange,
): string {
  const policy = plan.database?.onRollback ?? 'keep'
  if (!live) return 'the schema is kept: nothing was deployed before'
  const none = change.withoutWayBack.length > 0 ? `; no way back for ${change.withoutWayBack.join(', ')}: kept` : ''
  const kept = `${none}${knownAsBroken(migrations ?? null)}`
  if (policy === 'keep') return `the schema is kept (on_rollback: keep)${asked(change)}`
  if (policy === 'ask') return 'the schema is kept, then a person is asked (on_rollback: ask)'
  const when = change.additive ? `once ${live.version} is up and healthy` : 'while everything is stopped'
  if (policy === 'revert') return `reverted ${when}, newest first; values written since are lost${kept}`
  return `reverted ${when}, newest first, if no value would be lost; else kept${asked(change)}${kept}`
}

/** What reverts is proven or rolled back; that it would come to that is better known before. */
function knownAsBroken(migrations: KnownMigrations | null): string {
  const broken = (migrations?.pending ?? []).filter(
    ({ rehearsal }) => rehearsal?.verdict === 'broken' && rehearsal.stale.length === 0,
  )
  return broken.length === 0
    ? ''
    : `; rehearsed, and broken: ${namesInShort(
        broken.map(({ name }) => name),
        5,
      )}`
}

/** Old code on a schema that was not declared compatible: a person has the last word. */
function asked({ additive }: SchemaChange): string {
  return additive ? '' : ', and a person is asked'
}
