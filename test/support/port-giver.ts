import { portOr } from '../../src/dev/free-port.ts'

/**
 * Gives each port once a run. All of them are below those that the system gives to whoever asks for any: between asking
 * and listening, another program would be given the same.
 */
export function portGiver(): () => Promise<string> {
  let next = Math.floor(Math.random() * count)
  return async () => {
    for (;;) {
      const wanted = lowest + (next++ % count)
      if ((await portOr(wanted)) === wanted) return String(wanted)
    }
  }
}

/** Linux gives those from 32768 on, and tests of Temporal's own ports take theirs from 20000 on. */
const [lowest, count] = [10_000, 10_000]
