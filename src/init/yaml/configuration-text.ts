import { modeline } from '../../config/modeline.ts'
import type { Answers } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import { checkFields, lacksHealthCheck, verificationFields } from './check-fields.ts'
import { type Field, fieldsText } from './field.ts'
import { afterFields, reviewFields } from './item-fields.ts'
import { databaseFields, releaseFields } from './release-fields.ts'

/** `belay.yaml` for these answers and what was detected: every decision visible, each with its reason. */
export function configurationText(answers: Answers, detected: Detected): string {
  const fields: Field[] = [
    { key: 'service', value: answers.service },
    {
      key: 'repository',
      value: { tag: detected.tag ?? 'v{version}' },
      note: 'a release is a tag; `push: origin` would publish what Belay records in git',
    },
    ...releaseFields(answers, detected),
    ...databaseFields(detected),
    ...checkFields(answers, detected),
    ...verificationFields(answers, detected),
    {
      key: 'monitoring',
      gap: true,
      value: { window: '10m', interval: '15s' },
      note: 'every check is watched; a failing one brings the old release back',
    },
    ...reviewFields(detected),
    ...afterFields(answers, detected),
    ...ignoredFields(answers, detected),
    { key: 'environments', gap: true, fields: [production] },
  ]
  return fieldsText(head(answers.service, detected.notes), fields, tail)
}

const production: Field = {
  key: 'production',
  value: { hosts: ['local'] },
  note: 'this machine, as `belay dev` plays it; another one runs `belay worker --host <name>`',
}

function head(service: string, notes: readonly string[]): string[] {
  return [
    // The modeline is a comment already; the document adds its own mark.
    modeline.replace(/^# ?/, ''),
    `How Belay deploys ${service}. Read as of the commit that is released; \`belay validate\` says what is wrong.`,
    ...notes.map((note) => `Note: ${note}.`),
  ]
}

const tail = [
  'A second environment lays its own settings over all of the above:',
  '  staging: { hosts: [staging-1], review: { checklist: { staging_successful: { not_applicable: this is staging } } } }',
]

function ignoredFields(answers: Answers, detected: Detected): Field[] {
  if (!lacksHealthCheck(answers, detected)) return []
  const reason = 'no health address was given to belay init'
  return [
    {
      key: 'ignored_safeties',
      gap: true,
      note: 'told with every deployment; add a health check above, then remove this',
      value: [{ rule: 'no_health_check', reason }],
    },
  ]
}
