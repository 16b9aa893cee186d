import type { Belay, Run } from '../../client/client.ts'
import { Busy, environmentOf, Usage } from '../../client/errors.ts'
import { UnknownEnd } from '../../client/run-end.ts'
import { durationMs, isDuration } from '../../config/schema/duration.ts'
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
 * longer than `waitMs`. null: Ctrl-C ended the waiting, and nothing was started.
 */
export async function whenFree(
  shell: Shell,
  belay: Belay,
  waitMs: number,
  begin: () => Promise<Run>,
): Promise<Run | null> {
  let giveUp: AbortSignal | null = null
  for (;;) {
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof Busy) || giveUp?.aborted || waitMs === 0) throw error
      giveUp ??= AbortSignal.timeout(waitMs)
      shell.say(`${holderLine(error)}; waiting for its end, at most ${words(waitMs)}`)
      const left = await untilEnded(shell, belay, error, giveUp)
      if (left === 'timeout') throw error
      if (left === 'interrupted') {
        shell.say('stopped waiting; nothing was started')
        return null
      }
      shell.say(`${error.holder.deployment} has ended`)
    }
  }
}

function holderLine({ holder }: Busy): string {
  const { version, performer, since, deployment } = holder
  return `busy: ${version} by ${performer} (claimed) since ${since} (deployment ${deployment})`
}

/** Temporal says when it is over: nothing is asked again and again. */
async function untilEnded(
  shell: Shell,
  belay: Belay,
  { holder }: Busy,
  giveUp: AbortSignal,
): Promise<'ended' | 'timeout' | 'interrupted'> {
  const left = new AbortController()
  const interrupted = shell.interrupted().then(() => 'interrupted' as const)
  const ended = endedOnce(belay, holder.workflowId, AbortSignal.any([giveUp, left.signal]))
  try {
    return await Promise.race([interrupted, ended.then((known) => (known ? 'ended' : 'timeout'))])
  } finally {
    left.abort()
  }
}

/** false: the waiting was given up. A run that was terminated has ended too. */
async function endedOnce(belay: Belay, workflowId: string, until: AbortSignal): Promise<boolean> {
  const [, service = ''] = workflowId.split(':')
  const run = await belay.attach(service, environmentOf(workflowId))
  if (run === null) return true
  try {
    await run.end(until)
    return true
  } catch (error) {
    if (until.aborted) return false
    if (error instanceof UnknownEnd) return true
    throw error
  }
}
