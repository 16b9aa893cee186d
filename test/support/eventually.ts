import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks until the answer is neither null, undefined nor false, and returns it; fails after `withinMs`. `everyMs`: longer
 * where asking is work for others.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = 20_000,
  everyMs = 20,
): Promise<T> {
  for (const giveUpAt = performance.now() + withinMs; performance.now() < giveUpAt; await pause(everyMs)) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
  }
  throw new Error(`${what}: expected within ${withinMs} ms, got nothing`)
}
