import type { Look } from '../../client/looks.ts'
import type { RunStatus } from '../../domain/status.ts'
import type { Shell } from '../shell/shell.ts'
import { eventLine } from './event-line.ts'
import { nextLine } from './leave.ts'

/** Tells what is seen while a run is followed. `close` may be called twice; after it the terminal is everybody's. */
export type Teller = { tell(look: Look): void; close(): void }

/** For a pipe, a file, a CI log: one line an event, append-only, and what a person has to type whenever that changes. */
export function lineTeller(shell: Pick<Shell, 'say'>): Teller {
  let saidNext: string | null = null
  return {
    tell({ status, events }) {
      for (const event of events) shell.say(eventLine(event))
      if (status === null) return
      const next = isAsking(status) ? null : nextLine(status)
      if (next !== null && next !== saidNext) shell.say(next)
      saidNext = next
    },
    close: () => undefined,
  }
}

/** A sign-off is waited for here; an answer may come from somebody else, much later. An offer waits for nobody. */
export function isAsking({ waitingFor }: RunStatus): boolean {
  return waitingFor !== null && waitingFor.answers.length > 0 && waitingFor.offer !== true
}
