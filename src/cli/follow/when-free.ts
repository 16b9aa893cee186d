import type { Belay } from '../../client/client.ts'
import { Busy, Usage } from '../../client/errors.ts'
import { UnknownEnd } from '../../client/run-end.ts'
import { durationMs, isDuration } from '../../config/schema/duration.ts'
import { placeOf } from '../../domain/id.ts'
import { nameWords } from '../../domain/item-words.ts'
import { words } from '../../domain/reason.ts'
import { shown } from '../../domain/version.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** `--wait [duration]` in milliseconds; 0: a busy environment ends the command at once. */
export function waitOf({ wait }: Options): number {
  if (wait === undefined || wait === false) return 0
  if (wait === true) return longEnoughMs
  if (typeof wait === 'string' && isDuration(wait) && durationMs(wait) > 0) return durationMs(wait)
  throw new Usage(`--wait: expected nothing or a duration like 30m, got ${shown(String(wait))}`)
}

/** A deployment with its window and people who sign is done in it; a CI job that waits longer helps nobody. */
const longEnoughMs = 60 * 60_000

/**
 * Begins as soon as nobody else holds the environment, and says who does until then. Throws {@link Busy} when that takes
 * longer than `waitMs`. null: Ctrl-C ended the waiting, and nothing was started. One that comes while it begins is not
 * lost: whoever follows the run asks the shell again, and leaves at once.
 */
export async function whenFree<Begun>(
  shell: Shell,
  belay: Pick<Belay, 'attach'>,
  waitMs: number,
  begin: () => Promise<Begun>,
): Promise<Begun | null> {
  let waiting: Waiting | null = null
  for (;;) {
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof Busy) || waitMs === 0) throw error
      waiting ??= waitingIn(shell, waitMs)
      if (waiting.giveUp.aborted) throw error
      shell.say(`${holderLine(error)}; waiting for its end, at most ${words(waitMs)}`)
      await Promise.race([waiting.interrupted, untilEnded(belay, error, waiting)])
      if (waiting.left.aborted) {
        shell.say('stopped waiting; nothing was started')
        return null
      }
      if (waiting.giveUp.aborted) throw error
      shell.say(`${error.holder.deployment} has ended`)
    }
  }
}

/** `giveUp`: the time is over; `left`: the person has pressed Ctrl-C, now or at any time since the waiting began. */
type Waiting = { giveUp: AbortSignal; left: AbortSignal; interrupted: Promise<void> }

function waitingIn(shell: Shell, waitMs: number): Waiting {
  const left = new AbortController()
  const interrupted = shell.interrupted().then(() => left.abort())
  return { giveUp: AbortSignal.timeout(waitMs), left: left.signal, interrupted }
}

function holderLine({ holder }: Busy): string {
  const { version, performer, performerProven, since, deployment } = holder
  return `busy: ${version} by ${nameWords(performer, performerProven)} since ${since} (deployment ${deployment})`
}

/**
 * Temporal says when it is over: nothing is asked again and again. Answers early when the waiting is; a run that was
 * terminated has ended too.
 */
async function untilEnded(belay: Pick<Belay, 'attach'>, { holder }: Busy, { giveUp, left }: Waiting): Promise<void> {
  const until = AbortSignal.any([giveUp, left])
  if (until.aborted) return
  const { service, environment } = placeOf(holder.workflowId)
  try {
    const run = await belay.attach(service, environment)
    await run?.end(until)
  } catch (error) {
    if (!until.aborted && !(error instanceof UnknownEnd)) throw error
  }
}
