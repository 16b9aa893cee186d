import { serveJson } from './json-server.mjs'

// What takes the money. The same reference is charged once, however often it is asked for.
const charges = new Map()

serveJson({
  'GET /ping': () => ({ status: 'ok', charges: charges.size }),
  'POST /charges': ({ reference, amountCents }) => {
    if (typeof reference !== 'string') throw new Error('reference: expected text')
    if (!Number.isInteger(amountCents) || amountCents <= 0) throw new Error('amountCents: expected a whole number')
    if (!charges.has(reference)) charges.set(reference, { chargeId: `charge-${reference}`, amountCents })
    return charges.get(reference)
  },
})
