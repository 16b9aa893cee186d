import { Context } from '@temporalio/activity'

/**
 * Tells the engine every few seconds that this activity lives, while `work` waits for git or a network. `said`: and what
 * it is doing.
 */
export async function beating<Result>(work: () => Promise<Result>, said?: () => string): Promise<Result> {
  const context = currentContext()
  if (context === null) return work()
  const timer = setInterval(() => context.heartbeat(said?.()), beatMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

const beatMs = 4_000

/** null outside of an activity: a program of ours may use the same functions. */
function currentContext(): Context | null {
  try {
    return Context.current()
  } catch {
    return null
  }
}
