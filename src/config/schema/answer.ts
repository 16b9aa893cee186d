import { z } from 'zod'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { environmentName } from './environment-name.ts'
import { kinds } from './kind.ts'
import { exactlyOne, onlyBeside } from './one-of.ts'
import { relativePath } from './path.ts'
import { everyItem, itemAnswers } from './provider.ts'
import { flag, name, reason, yesNo } from './text.ts'

const signOff = () => described(flag().optional(), 'A person signs it.', true)
const notApplicable = () =>
  described(
    reason().optional(),
    'Does not apply, and why; shown and recorded.',
    'this service has no background workers',
  )
const checkName = () => described(name('the name of a check').optional(), 'This check answers it.', 'health')

/** A pre-deployment item: one answer, or several of which any or all must say yes. `also`: what answers this item only. */
export function gateAnswer<T extends Partial<typeof itemAnswers>>(also: T) {
  const single = { ...everyItem, ...also }
  const keys = Object.keys(single).filter((key) => key !== 'timeout' && key !== 'max_age' && key !== 'soak')
  const one = z
    .strictObject(single, { error: answer(`an answer: ${keys.join(', ')}`) })
    .superRefine((entry, context) => oneAnswer(entry, keys, context))
  const several = () => {
    const expected = 'a list of answers like [{ command: [npm, test] }, { sign_off: true }]'
    const list = z.array(one, { error: expected }).min(1, { error: expected })
    kinds.add(list, { kind: 'list of answers' })
    return list.optional()
  }
  const whole = [...keys, 'any', 'all', 'not_applicable']
  return z
    .strictObject(
      {
        ...single,
        any: described(several(), 'Several answers; the first that says yes is enough, a person comes last.', [
          { command: ['npm', 'test'] },
          { sign_off: true },
        ]),
        all: described(several(), 'Several answers; every one must say yes.', [
          { command: ['npm', 'test'] },
          { sign_off: true },
        ]),
        not_applicable: notApplicable(),
        accept_claim: described(
          yesNo().optional(),
          'Whoever starts the deployment may answer with a link (`--evidence item=url`), recorded as claimed.',
          true,
        ),
      },
      { error: answer(`an answer: ${whole.join(', ')}`) },
    )
    .superRefine((entry, context) => {
      oneAnswer(entry, whole, context)
      onlyBeside(entry, ['accept_claim'], [...keys, 'any', 'all'], context)
    })
}

export const noClaimAnswer = gateAnswer({
  github_approvals: itemAnswers.github_approvals,
  reviewed_by: itemAnswers.reviewed_by,
}).superRefine((entry, context) => {
  if (entry.accept_claim !== true) return
  context.addIssue({
    code: 'custom',
    message: 'no accept_claim for code_reviewed: whoever deploys cannot vouch for the review',
    path: ['accept_claim'],
  })
})

function oneAnswer(
  entry: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  context: z.core.$RefinementCtx<unknown>,
): void {
  exactlyOne(entry, keys, context)
  onlyBeside(entry, ['timeout'], ['command', 'junit'], context)
  onlyBeside(entry, ['max_age', 'soak'], ['promote_from'], context)
}

/** Items Belay proves by itself. They can be written for completeness, never turned off. */
export const belayAnswer = z
  .strictObject({ belay: belayItself() }, { error: 'belay: true, or nothing: Belay answers this one itself' })
  .prefault({ belay: true })

/** The way back: proven by Belay, and what a service may demand beside that. */
export const rollbackPlanAnswer = z
  .strictObject(
    {
      belay: belayItself(),
      document: described(
        relativePath().optional(),
        'A document that the release must hold, for people who go back by hand.',
        'docs/rollback.md',
      ),
      drill: described(
        z
          .strictObject({
            in: described(environmentName, 'Where the drill was made.', 'staging'),
            within: described(duration().prefault('7d'), 'How old it may be.', '7d'),
          })
          .optional(),
        'A drill of this very commit must have come back (`belay drill`).',
        { in: 'staging', within: '7d' },
      ),
    },
    { error: 'belay: true, or nothing: Belay answers this one itself' },
  )
  .prefault({ belay: true })

function belayItself() {
  return described(flag().optional(), 'Belay answers this one itself.', true)
}

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
