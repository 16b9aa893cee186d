import { z } from 'zod'
import { belayAnswer, gateAnswer, noClaimAnswer, rollbackPlanAnswer } from './answer.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { relativePath } from './path.ts'
import { itemAnswers } from './provider.ts'
import { choice, text, wholeNumber, yesNo } from './text.ts'

const { github_checks, junit, promote_from, max_age, rehearsal, soak } = itemAnswers

export const review = described(
  z.strictObject({
    checklist: described(
      z.strictObject({
        code_reviewed: described(noClaimAnswer, 'Code reviewed and approved.', { sign_off: true }),
        tests_passing: described(gateAnswer({ github_checks, junit }), 'Tests passing (unit, integration).', {
          command: ['npm', 'test'],
        }),
        staging_successful: described(gateAnswer({ promote_from, max_age, soak }), 'Staging deployment successful.', {
          sign_off: true,
        }),
        migrations_tested: described(
          gateAnswer({ github_checks, junit, rehearsal }),
          'Database migrations tested. No new migration answers it.',
          {
            not_applicable: 'releases bring no migrations',
          },
        ),
        configuration_reviewed: described(
          gateAnswer({}),
          'Configuration changes reviewed; a signature is for the differences shown. No difference answers it.',
          { sign_off: true },
        ),
        dependencies_tested: described(
          gateAnswer({ github_checks, junit }),
          'Dependencies updated and tested. No difference in the lockfiles answers it.',
          {
            command: ['npm', 'audit'],
            accept_claim: true,
          },
        ),
        rollback_plan: described(
          rollbackPlanAnswer,
          'Rollback plan documented: the target exists, is still built, and the restore point can be captured.',
          { belay: true },
        ),
        marker_prepared: described(
          belayAnswer,
          'Deployment marker prepared: its content is valid and its place can be written.',
          { belay: true },
        ),
      }),
      'The eight pre-deployment items. Each is answered by evidence, by a person, or not_applicable.',
    ),
    required_approvals: described(
      wholeNumber(0, 20).prefault(0),
      'How many people must approve the deployment as a whole (`belay sign ENV approval`).',
      2,
    ),
    reviewers: described(
      z
        .array(text('a name'), { error: 'a list of names' })
        .refine((names) => new Set(names).size === names.length, { error: 'each name once' })
        .prefault([]),
      'Who may approve; none named: anybody.',
      ['ann@example.com', 'bob@example.com'],
    ),
    prevent_self_review: described(
      yesNo().prefault(true),
      'Whoever deploys cannot approve, nor sign what was reviewed.',
      true,
    ),
    override: described(
      choice(['alone', 'second_person']).prefault('alone'),
      'Who may ignore a rule (`--ignore`): whoever deploys, or only when a second person confirms it (`belay sign ENV override`).',
      'second_person',
    ),
    lockfiles: described(
      z.array(relativePath()).prefault([]),
      'Files whose difference is a change of dependencies; none named: the lockfiles Belay knows, at the root of the release.',
      ['package-lock.json'],
    ),
    within: described(
      duration().prefault('24h'),
      'How long the gate waits for signatures before it ends the deployment.',
      '24h',
    ),
  }),
  'What must hold before the first change.',
)
