import { Refusal } from './http.js'

/** Asks a service this one depends on; its failure is ours to tell (502), not to hide. */
export async function askUpstream(name, url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(3_000),
  }).catch((error) => {
    throw new Refusal(502, `${name}: expected an answer, got ${error.message}`)
  })
  if (!response.ok) throw new Refusal(502, `${name}: expected success, got status ${response.status}`)
  return response.json()
}
