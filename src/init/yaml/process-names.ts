import type { Detected } from '../detect/detect.ts'

/** The application's name in the file, whatever it is called elsewhere. */
export const applicationOf = 'web'

/** The first background worker: one check answers for the items about workers. */
export function workerOf({ processes }: Detected): string | null {
  return processes.others.find(({ worker }) => worker)?.name ?? null
}
