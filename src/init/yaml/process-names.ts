import type { Detected } from '../detect/detect.ts'
import type { FoundProcess } from '../detect/processes.ts'

/** The application's name in the file, whatever it is called elsewhere. */
export const applicationOf = 'web'

export function processNamesOf({ processes }: Detected): readonly FoundProcess[] {
  return processes.others
}

/** The first background worker: one check answers for the items about workers. */
export function workerOf({ processes }: Detected): string | null {
  return processes.others.find(({ worker }) => worker)?.name ?? null
}
