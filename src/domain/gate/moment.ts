/** An instant as people read it, in UTC: `2026-11-27T17:00Z`; seconds only where there are any. Shorter is never sooner. */
export function moment(at: string): string {
  const time = new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString()
  return time.endsWith(':00.000Z') ? time.replace(':00.000Z', 'Z') : time.replace('.000Z', 'Z')
}
