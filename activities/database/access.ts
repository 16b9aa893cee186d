import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { type EnvironmentVariables, MissingReference, resolveReferences } from '../../src/domain/reference.ts'
import { beating } from '../git/beating.ts'
import { inheritedEnvironment } from '../process/inherited.ts'
import { DatabaseAway, saying, withClient } from './client.ts'
import { withMigrationLock } from './session.ts'
import type { Target } from './tools/tool.ts'
import { invalid } from './tools/tools.ts'

/** Short connections of activities; the address is resolved here and goes no further. */
export function createDatabaseAccess(environment: EnvironmentVariables) {
  // A tool's own process may be asked: it sees no more here than in a step.
  const inherited = inheritedEnvironment(environment)
  return {
    /** `said`: what the heartbeats say meanwhile. */
    async ask<T>(database: DatabasePlan, work: (target: Target) => Promise<T>, said?: () => string): Promise<T> {
      const asked = (url: string) => withClient(url, (client) => work({ client, url, environment: inherited }))
      return await attempt(database, asked, said)
    },

    /** When no migration runs any more, not even a statement of one whose program is dead. */
    async askLocked<T>(database: DatabasePlan, work: (target: Target) => Promise<T>): Promise<T> {
      const settings = database.migrations
      return await attempt(database, (url) =>
        withMigrationLock({ url, settings }, (client) => work({ client, url, environment: inherited })),
      )
    },
  }

  async function attempt<T>(
    { url: reference }: DatabasePlan,
    work: (url: string) => Promise<T>,
    said?: () => string,
  ): Promise<T> {
    const url = addressOf(reference, environment)
    try {
      return await beating(() => work(url), said)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
      const message = saying(error, url)
      if (!(error instanceof DatabaseAway)) throw invalid(message)
      throw ApplicationFailure.create({ type: failureTypes.databaseAway, message })
    }
  }
}

function addressOf(reference: string, environment: EnvironmentVariables): string {
  try {
    return resolveReferences(reference, environment)
  } catch (error) {
    if (error instanceof MissingReference) throw invalid(`database.url: ${error.message}`)
    throw error
  }
}
