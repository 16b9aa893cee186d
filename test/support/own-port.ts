import { shared } from './shared.ts'

/** A port of the loopback interface for what a test starts later, or stops and starts again: nobody else gets it. */
export async function ownPort(): Promise<number> {
  return Number(await shared('port'))
}
