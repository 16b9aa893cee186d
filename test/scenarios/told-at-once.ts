import type { FixtureSettings } from './settings.ts'

/**
 * A server whose program is gone fails to start within milliseconds. Node itself may need longer to say so than a start
 * is watched for, and then what fails is not the start but the verification after it.
 */
export function toldAtOnce({ release }: FixtureSettings): void {
  release.processes.web.start = ['sh', '-c', 'test -e server.mjs && exec node server.mjs']
}
