import { counted } from '../counted.ts'
import { namesInShort } from '../in-short.ts'
import type { MigrationWarning, Rehearsal, RehearsedMigration } from './rehearsal.ts'

/** One line for a terminal; `look` is how it may be coloured. */
export type RehearsalLine = { text: string; look?: 'good' | 'bad' | 'faint' }

/** What came of all of them, and what to do. `notRead`: why reading told nothing of locks; null: it did. */
export function rehearsalTotals(rehearsal: Rehearsal, notRead: string | null): RehearsalLine[] {
  const { migrations, server } = rehearsal
  const whose = server.from === 'embedded' ? 'the embedded one' : 'the one given'
  const counts = `${counted(migrations.length, 'migration')} on PostgreSQL ${server.version} (${whose}): ${countsOf(migrations)}`
  const broken = migrations.filter(({ verdict }) => verdict === 'broken')
  return [
    { text: counts, look: broken.length > 0 ? 'bad' : 'good' },
    ...notesOn(migrations, notRead).map((text) => ({ text })),
    ...(broken.length > 0
      ? [
          {
            text: `Next: correct ${namesInShort(
              broken.map(({ name }) => name),
              5,
            )}, then rehearse again; or say in a file why it has no way back: -- belay: no way back: <why> (// in a script)`,
          },
        ]
      : []),
  ]
}

/** A down that takes away what its own up made says nothing new; how much that is is counted at a rollback. */
export function onlyUndoes({ rule }: MigrationWarning): boolean {
  return rule.startsWith('own-')
}

function notesOn(migrations: readonly RehearsedMigration[], notRead: string | null): string[] {
  const own = migrations.flatMap(({ warnings }) => warnings).filter(onlyUndoes).length
  const without = migrations.flatMap(({ seeded }) => seeded.not).length
  return [
    own > 0 && `left out: ${counted(own, 'warning')} of downs that only undo what their up made; see --json`,
    without > 0 &&
      `tables that could be given no rows, so that nothing is known of what is lost there: ${without}; see --json`,
    migrations.some(({ lock }) => lock?.sampled === true) &&
      'locks were looked at again and again, and short ones may be missed: only a superuser may record them',
    notRead,
  ].filter((note) => typeof note === 'string')
}

function countsOf(migrations: readonly RehearsedMigration[]): string {
  const of = (verdict: RehearsedMigration['verdict']) => migrations.filter((one) => one.verdict === verdict)
  const moved = migrations.filter(({ down }) => down.state === 'order_only').length
  const [reversible, loses, none, broken] = [of('reversible'), of('loses'), of('no_way_back'), of('broken')]
  return [
    `${reversible.length} reversible`,
    loses.length > 0 && `${loses.length} ${loses.length === 1 ? 'loses' : 'lose'} values of before`,
    none.length > 0 && `${none.length} declared without a way back`,
    `${broken.length} broken`,
    moved > 0 && `${moved} with columns in another order`,
  ]
    .filter((count) => typeof count === 'string')
    .join(', ')
}
