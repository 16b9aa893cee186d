import { z } from 'zod'
import { stepAnswer } from './answer.ts'
import { described } from './described.ts'

export const verification = described(
  z.strictObject({
    database_connection: described(stepAnswer, 'The check that proves the database connection.', 'db'),
    connection_pool: described(stepAnswer, 'The check that proves the connection pool.', 'pool'),
    vpn_api: described(stepAnswer, 'The check that proves the external API the service depends on.', 'vpn_api'),
    system_state: described(stepAnswer, 'The check that proves the system state is healthy.', 'state'),
    background_workers: described(stepAnswer, 'The check that proves background workers process.', 'workers'),
    metrics_collection: described(
      stepAnswer,
      'The check that proves metrics are collected; a metric check without max_age may be two intervals old.',
      'state',
    ),
  }),
  'The six automatic verification steps, each a check of this configuration, or not_applicable with why.',
)
