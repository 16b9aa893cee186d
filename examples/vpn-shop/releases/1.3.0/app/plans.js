import { Refusal } from './http.js'

/** What can be bought, from memory for a second: old entries are read again. */
export function createPlans({ pool }) {
  const known = new Map()

  return { find }

  async function find(name) {
    const entry = known.get(name)
    if (entry && Date.now() - entry.readAtMs < 1_000) return entry.plan
    const plan = await read(name)
    known.set(name, { plan, readAtMs: Date.now() })
    return plan
  }

  async function read(name) {
    const { rows } = await pool.query('select name, price_cents, days from plans where name = $1', [String(name)])
    if (!rows[0]) throw new Refusal(404, 'plan: expected basic or family')
    return { name: rows[0].name, priceCents: rows[0].price_cents, days: rows[0].days }
  }
}
