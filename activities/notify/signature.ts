import { createHmac } from 'node:crypto'

/** `t=1764153345,v1=<64 hex digits>`: the time is signed with the body, so that an old notice cannot be played again. */
export function signatureOf(secret: string, body: string, at: Date): string {
  const t = Math.floor(at.getTime() / 1000)
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return `t=${t},v1=${v1}`
}
