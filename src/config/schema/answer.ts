import { z } from 'zod'
import { command } from './command.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { exactlyOne, onlyBeside } from './one-of.ts'
import { flag, name, reason, yesNo } from './text.ts'

const signOff = () => described(flag().optional(), 'A person signs it.', true)
const notApplicable = () =>
  described(
    reason().optional(),
    'Does not apply, and why; shown and recorded.',
    'this service has no background workers',
  )
const checkName = () => described(name('the name of a check').optional(), 'This check answers it.', 'health')

/** A pre-deployment item: a command in a clean checkout, or a person. */
export const gateAnswer = z
  .strictObject(
    {
      command: described(command().optional(), 'Run in a clean checkout of the commit; exit code 0 passes.', [
        'npm',
        'test',
      ]),
      timeout: described(duration().optional(), 'How long the command may take; 15m when left out.', '15m'),
      sign_off: signOff(),
      not_applicable: notApplicable(),
      accept_claim: described(
        yesNo().optional(),
        'Whoever starts the deployment may answer with a link (`--evidence item=url`), recorded as claimed.',
        true,
      ),
    },
    { error: answer('an answer: command, sign_off or not_applicable') },
  )
  .superRefine((entry, context) => {
    exactlyOne(entry, ['command', 'sign_off', 'not_applicable'], context)
    onlyBeside(entry, ['timeout'], ['command'], context)
    onlyBeside(entry, ['accept_claim'], ['command', 'sign_off'], context)
  })

export const noClaimAnswer = gateAnswer.superRefine((entry, context) => {
  if (entry.accept_claim !== true) return
  context.addIssue({
    code: 'custom',
    message: 'no accept_claim for code_reviewed: whoever deploys cannot vouch for the review',
    path: ['accept_claim'],
  })
})

/** Items Belay proves by itself. They can be written for completeness, never turned off. */
export const belayAnswer = z
  .strictObject(
    { belay: described(flag().optional(), 'Belay answers this one itself.', true) },
    { error: 'belay: true, or nothing: Belay answers this one itself' },
  )
  .prefault({ belay: true })

/** A post-deployment or manual item: a check, or a person. */
export const afterAnswer = z
  .strictObject(
    { check: checkName(), sign_off: signOff(), not_applicable: notApplicable() },
    { error: answer('an answer: check, sign_off or not_applicable') },
  )
  .superRefine((entry, context) => exactlyOne(entry, ['check', 'sign_off', 'not_applicable'], context))

/** `database_connection: db`, or why not. */
export const stepAnswer = z.union(
  [
    name('the name of a check'),
    z.strictObject({
      not_applicable: described(
        reason(),
        'Why the step does not apply; shown and recorded.',
        'this service calls no external API',
      ),
    }),
  ],
  { error: 'the name of a check, or not_applicable with why' },
)

/** Names the answers where one is missing; what is wrong inside one has words of its own. */
function answer(expected: string): z.core.$ZodErrorMap {
  return (issue) => (issue.code === 'invalid_type' ? expected : undefined)
}
