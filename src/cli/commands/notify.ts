import type { NoticeTest } from '../../../workflows/people/notice.ts'
import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorker } from '../../client/workers.ts'
import type { Plan } from '../../domain/plan.ts'
import { shown } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { argument } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** `test`: through a worker, because that is where the addresses and secrets are. */
export async function notify(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const action = argument(args, 0, 'action')
  if (action !== 'test') throw new Usage(`expected test; got ${shown(action)}`)
  return await withEnvironment(shell, options, argument(args, 1, 'environment'), async ({ belay, plan, by }) => {
    requireReceivers(plan)
    await requireWorker(belay)
    const receivers = await maintenance(belay, shell.say).testNotices(plan, by)
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, receivers }, null, 2))
    else for (const receiver of receivers) shell.print(lineOf(receiver))
    if (receivers.every(({ ok }) => ok)) return exitCodes.done
    shell.say(`Next: correct what is named above, then belay notify test ${plan.environment}`)
    return exitCodes.failed
  })
}

function requireReceivers({ environment, notify: webhooks }: Plan): void {
  if (webhooks !== undefined) return
  const next = 'notify: { webhook: { url: "${env:SLACK_WEBHOOK_URL}", format: slack } } in the configuration'
  throw new Usage(`nobody is told about ${environment}: no webhook is configured. Next: ${next}`)
}

/** A failure names its receiver itself. */
function lineOf({ name, ok, detail }: NoticeTest): string {
  return ok ? `ok    ${name}: taken, ${detail}` : `FAIL  ${detail}`
}
