import { connect } from '../../client/client.ts'
import { maintenance } from '../../client/maintenance.ts'
import { provenPlan } from '../../client/sign/signer.ts'
import { requireWorkers } from '../../client/workers.ts'
import { isSound, type RehearsalAnswer } from '../../domain/rehearsal/answer.ts'
import { rehearsalText } from '../../domain/rehearsal/text.ts'
import { exitCodes } from '../exit.ts'
import { askedPlan } from '../plan-asked.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

/** Tries a release's pending migrations against what is live, on a scratch database; changes nothing live. */
export async function rehearseRelease(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const asked = await askedPlan(shell, args, options, 'rehearse')
  const belay = await connect(shell.environment)
  try {
    await requireWorkers(belay, asked)
    const plan = await provenPlan(asked, 'rehearse', signingOf(shell, options))
    const answer = await maintenance(belay, shell.say).rehearse(plan)
    show(shell, answer, options)
    return codeOf(answer)
  } finally {
    await belay.close()
  }
}

function show(shell: Shell, answer: RehearsalAnswer, options: Options): void {
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, ...answer }, null, 2))
  else if (answer.state === 'refused') shell.say(`not rehearsed: ${answer.message}`)
  else if (answer.state === 'nothing_pending')
    shell.print('nothing to rehearse: no migration of this release is pending')
  else for (const { text, look } of rehearsalText(answer)) shell.print(text, look)
}

function codeOf(answer: RehearsalAnswer): number {
  switch (answer.state) {
    case 'nothing_pending':
      return exitCodes.done
    case 'refused':
      return exitCodes.failed
    case 'rehearsed': {
      const { rehearsal } = answer
      const works = rehearsal.oldRelease?.works !== false
      return isSound(rehearsal) && works ? exitCodes.done : exitCodes.failed
    }
  }
}
