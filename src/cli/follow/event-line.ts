import type { RunEvent } from '../../domain/status.ts'

/** `14:03:22  step     build: 1.2.0 on app-1` (UTC) */
export function eventLine(event: RunEvent): string {
  return `${event.at.slice(11, 19)}  ${event.kind.padEnd(8)} ${event.text}`
}
