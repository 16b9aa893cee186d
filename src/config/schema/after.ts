import { z } from 'zod'
import { afterAnswer } from './answer.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { choice, name } from './text.ts'

const itemId = () =>
  name('an item id like payment_processing').regex(/^[a-z0-9_]+$/, { error: 'an item id like payment_processing' })

export const after = described(
  z.strictObject({
    items: described(
      z.strictObject({
        health_checks_passing: described(afterAnswer, 'Health checks passing.', { check: 'health' }),
        database_connection_verified: described(afterAnswer, 'Database connection verified.', { check: 'db' }),
        background_workers_running: described(afterAnswer, 'Background workers running.', { check: 'workers' }),
        no_errors_in_logs: described(afterAnswer, 'No errors in logs.', { check: 'errors_logged' }),
        system_state_healthy: described(afterAnswer, 'System state is HEALTHY.', { check: 'state' }),
        metrics_normal: described(afterAnswer, 'Metrics normal.', { check: 'errors' }),
        user_facing_tested: described(afterAnswer, 'User-facing functionality tested.', { sign_off: true }),
        deployment_marker_verified: described(afterAnswer, 'Deployment marker verified.', { check: 'marker' }),
      }),
      'The eight post-deployment items, each answered by check, sign_off or not_applicable.',
    ),
    manual: described(
      z
        .union(
          [
            z.array(itemId()).refine((ids) => new Set(ids).size === ids.length, { error: 'each item once' }),
            z.record(
              itemId(),
              described(afterAnswer, 'An item of the service, answered by check, sign_off or not_applicable.'),
            ),
          ],
          {
            error: 'a list of item ids, or a mapping of item ids to answers',
          },
        )
        .prefault([]),
      "The service's own manual items: a list (people sign each), or a mapping to answers. None is an ignored safety (empty_manual_items).",
      ['payment_processing', 'user_registration'],
    ),
    within: described(duration().prefault('1h'), 'How long signatures may take after the release is live.', '1h'),
    otherwise: described(
      choice(['rollback', 'wait']).prefault('rollback'),
      'What happens when they did not come.',
      'rollback',
    ),
  }),
  'What must be answered once the release is live.',
)
