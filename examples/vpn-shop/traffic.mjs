import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/*
 * Customers: each registers, pays, subscribes, gets a key. Bounded by time and by number; ends at once on SIGTERM.
 *   node traffic.mjs --url http://127.0.0.1:8080 --seconds 60 --every-ms 250
 * Prints one JSON object at its end: {"customers", "answers": {"POST /pay 201": 12, ...}, "unanswered"}
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    seconds: { type: 'string', default: '60' },
    'every-ms': { type: 'string', default: '250' },
    customers: { type: 'string', default: '10000' },
  },
})
const untilMs = performance.now() + Number(values.seconds) * 1000
const most = Number(values.customers)
const stopped = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stopped.abort())

const tally = { customers: 0, answers: {}, unanswered: 0 }
const underWay = new Set()
while (performance.now() < untilMs && tally.customers < most && !stopped.signal.aborted) {
  tally.customers += 1
  // A slow shop must not slow its customers down, and they must not pile up either.
  if (underWay.size < 20) {
    const visit = visitShop().finally(() => underWay.delete(visit))
    underWay.add(visit)
  }
  await pause(Number(values['every-ms']), undefined, { signal: stopped.signal }).catch(() => undefined)
}
await Promise.all(underWay)
console.log(JSON.stringify(tally))

async function visitShop() {
  const user = await post('/register', { email: `${randomUUID()}@example.com` })
  if (!user) return
  const payment = await post('/pay', { userId: user.userId, plan: Math.random() < 0.8 ? 'basic' : 'family' })
  if (!payment) return
  const subscription = await post('/subscribe', { paymentId: payment.paymentId })
  if (subscription) await post('/keys', { userId: user.userId })
}

/** The reply's JSON; null when it was refused, or when nobody answered (a restart is no reason to end). */
async function post(path, body) {
  try {
    const response = await fetch(new URL(path, values.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(5_000)]),
    })
    const reply = await response.json()
    const answer = `POST ${path} ${response.status}`
    tally.answers[answer] = (tally.answers[answer] ?? 0) + 1
    return response.ok ? reply : null
  } catch {
    tally.unanswered += 1
    return null
  }
}
