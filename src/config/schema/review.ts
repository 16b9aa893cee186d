import { z } from 'zod'
import { belayAnswer, gateAnswer, noClaimAnswer } from './answer.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'

export const review = described(
  z.strictObject({
    checklist: described(
      z.strictObject({
        code_reviewed: described(noClaimAnswer, 'Code reviewed and approved.', { sign_off: true }),
        tests_passing: described(gateAnswer, 'Tests passing (unit, integration).', { command: ['npm', 'test'] }),
        staging_successful: described(gateAnswer, 'Staging deployment successful.', { sign_off: true }),
        migrations_tested: described(gateAnswer, 'Database migrations tested.', {
          not_applicable: 'releases bring no migrations',
        }),
        configuration_reviewed: described(gateAnswer, 'Configuration changes reviewed.', { sign_off: true }),
        dependencies_tested: described(gateAnswer, 'Dependencies updated and tested.', {
          command: ['npm', 'audit'],
          accept_claim: true,
        }),
        rollback_plan: described(
          belayAnswer,
          'Rollback plan documented: the target exists, is still built, and the restore point can be captured.',
          { belay: true },
        ),
        marker_prepared: described(
          belayAnswer,
          'Deployment marker prepared: its content is valid and its place can be written.',
          { belay: true },
        ),
      }),
      'The eight pre-deployment items, each answered by command, sign_off or not_applicable.',
    ),
    within: described(
      duration().prefault('24h'),
      'How long the gate waits for signatures before it ends the deployment.',
      '24h',
    ),
  }),
  'What must hold before the first change.',
)
