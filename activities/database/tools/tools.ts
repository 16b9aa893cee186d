import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'
import { dbmate } from './dbmate.ts'
import { nodePgMigrate } from './node-pg-migrate.ts'
import { sqlPairs } from './sql-pairs.ts'
import type { MigrationSettings, MigrationTool } from './tool.ts'

const tools: Partial<Record<MigrationSettings['tool'], MigrationTool>> = {
  'node-pg-migrate': nodePgMigrate,
  dbmate,
  sql: sqlPairs,
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
  const tool = tools[settings.tool]
  if (tool === undefined) throw invalid(`database.migrations.tool: ${settings.tool} is not there yet`)
  return tool
}

export function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
