import type { Asked } from '../follow/leave.ts'
import { lineTeller, type Teller } from '../follow/teller.ts'
import type { Shell } from '../shell/shell.ts'
import { liveTeller } from './live.ts'

/** The living view for a person at a terminal, lines for everything else. */
export function tellerFor(shell: Shell, { json }: Asked): Teller {
  return shell.screen && !json ? liveTeller(shell.screen, () => shell.now().getTime()) : lineTeller(shell)
}
