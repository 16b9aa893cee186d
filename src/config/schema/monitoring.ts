import { z } from 'zod'
import { checkKind, checkKinds, checkShape } from './checks.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { onlyBeside } from './one-of.ts'
import { name, wholeNumber } from './text.ts'

/** `health: {}` watches the check of that name; with a kind key it is a check of its own. */
const watched = z
  .strictObject({
    ...checkShape,
    timeout: described(duration().optional(), 'How long one attempt may take; 5s when left out.', '5s'),
    deadline: described(
      duration().optional(),
      'While verifying, how long attempts are repeated; 1m when left out.',
      '1m',
    ),
    interval: described(
      duration().optional(),
      'How often this one is sampled; `monitoring.interval` when left out.',
      '30s',
    ),
    failure_limit: described(
      wholeNumber(0, 100).prefault(1),
      'Bad samples in a row that are borne; one more fails the release.',
      2,
    ),
  })
  .superRefine((entry, context) => {
    if (checkKinds.some((kind) => entry[kind] !== undefined)) checkKind(entry, context)
    else onlyBeside(entry, ['status', 'json', 'max_latency', 'from', 'timeout', 'deadline'], checkKinds, context)
  })

const watchedIs = 'The check of this name; or, with http, metric or another kind, a check that is only watched.'

export const monitoring = described(
  z
    .strictObject({
      window: described(
        duration().prefault('10m'),
        'How long a release is watched once it is verified on the last host. Under ten minutes is an ignored safety (short_window).',
        '10m',
      ),
      interval: described(duration().prefault('15s'), 'How often each check is sampled.', '15s'),
      after_rollback: described(duration().prefault('5m'), 'How long a rollback is watched for stability.', '5m'),
      checks: described(
        z.record(name(), described(watched, watchedIs, { failure_limit: 2 })).optional(),
        'What is watched: names of checks, or checks of their own. Left out: every check. Empty is an ignored safety (empty_watch).',
        { health: {}, errors: { metric: { query: 'rate(http_errors_total[1m])', max: 0.01 }, failure_limit: 2 } },
      ),
    })
    .prefault({}),
  'The time after the release is live.',
)
