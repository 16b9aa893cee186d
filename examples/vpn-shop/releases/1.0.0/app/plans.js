import { Refusal } from './http.js'

/** What can be bought. Everything that costs money asks here first. */
export function createPlans({ pool }) {
  return { find }

  async function find(name) {
    const { rows } = await pool.query('select name, price_cents, days from plans where name = $1', [String(name)])
    if (!rows[0]) throw new Refusal(404, 'plan: expected basic or family')
    return { name: rows[0].name, priceCents: rows[0].price_cents, days: rows[0].days }
  }
}
