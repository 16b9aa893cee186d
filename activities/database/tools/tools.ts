import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'
import { commands } from './commands.ts'
import { dbmate } from './dbmate.ts'
import { nodePgMigrate } from './node-pg-migrate.ts'
import { sqlPairs } from './sql-pairs.ts'
import type { MigrationSettings, MigrationTool } from './tool.ts'

const tools: Record<MigrationSettings['tool'], MigrationTool> = {
  'node-pg-migrate': nodePgMigrate,
  dbmate,
  sql: sqlPairs,
  commands,
}

/** Throws `Invalid` where names cannot be names: they go into statements and arguments. */
export function toolFor(settings: MigrationSettings): MigrationTool {
  for (const [what, name] of [
    ['table', settings.table],
    ['schema', settings.schema],
  ] as const) {
    if (!/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(name))
      throw invalid(`database.migrations.${what}: expected a name, got ${JSON.stringify(name.slice(0, 70))}`)
  }
  return tools[settings.tool]
}

export function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
