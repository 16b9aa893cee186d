import type { Answers } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import { checkNamesFor } from './check-fields.ts'
import type { Field } from './field.ts'

const person = { sign_off: true }

/** Before the change: a command where one was found, nothing where there is provably nothing, else a person. */
export function reviewFields({ program, migrations }: Detected): Field[] {
  const fields: Field[] = [
    { key: 'code_reviewed', value: person },
    testsField(program?.tests ?? null),
    {
      key: 'staging_successful',
      value: person,
      note: 'or a command, or a link from CI: { sign_off: true, accept_claim: true }',
    },
    {
      key: 'migrations_tested',
      value: migrations ? person : { not_applicable: 'no migrations were found in the repository' },
      ...(migrations && {
        note: 'or { rehearsal: true }: Belay tries each forth, back and forth again on a copy first',
      }),
    },
    { key: 'configuration_reviewed', value: person },
    {
      key: 'dependencies_tested',
      value: program?.dependencies?.length === 0 ? { not_applicable: `${program.from} names no dependencies` } : person,
    },
  ]
  return [
    {
      key: 'review',
      gap: true,
      note: 'the gate: nothing changes before all of it is answered',
      fields: [{ key: 'checklist', fields }],
    },
  ]
}

function testsField(command: readonly string[] | null): Field {
  const key = 'tests_passing'
  if (command !== null) return { key, value: { command }, note: 'in a clean checkout of the commit' }
  return {
    key,
    value: { sign_off: true, accept_claim: true },
    note: 'or { command: [...] }, run in a clean checkout',
  }
}

/** After the change: checks answer what they can see, people the rest. */
export function afterFields(answers: Answers, detected: Detected): Field[] {
  const { health, database, workers, logs } = checkNamesFor(answers, detected)
  const no = (what: string) => ({ not_applicable: `no ${what} was found in the repository` })
  const fields: Field[] = [
    { key: 'health_checks_passing', value: { check: health } },
    {
      key: 'database_connection_verified',
      value: database ? { check: database } : detected.database ? person : no('database'),
    },
    { key: 'background_workers_running', value: workers ? { check: workers } : no('background worker') },
    { key: 'no_errors_in_logs', value: logs ? { check: logs } : person },
    { key: 'system_state_healthy', value: { check: health } },
    { key: 'metrics_normal', value: detected.metrics ? person : no('sign of metrics') },
    { key: 'user_facing_tested', value: person },
    { key: 'deployment_marker_verified', value: { check: 'marker' } },
  ]
  return [
    {
      key: 'after',
      gap: true,
      note: 'once it is live; unsigned after an hour, it goes back (`within`, `otherwise`)',
      fields: [
        { key: 'items', fields },
        {
          key: 'manual',
          value: health === 'health' ? { health_endpoint_200: { check: health } } : ['service_answers'],
          note: "add this service's own, like payment_processing: { sign_off: true }",
        },
      ],
    },
  ]
}
