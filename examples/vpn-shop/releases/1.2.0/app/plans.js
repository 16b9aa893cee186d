import { Refusal } from './http.js'

/**
 * What can be bought, now from memory. What is wrong with it: an entry grows old, and nobody thought of reading it
 * again. Health asks only the database and stays green; nothing can be sold any more.
 */
export function createPlans({ pool, config }) {
  const startedAtMs = Date.now()
  const known = new Map()

  return { find }

  async function find(name) {
    if (!known.has(name)) known.set(name, await read(name))
    if (Date.now() - startedAtMs > config.fallIllAfterMs)
      throw new Error(`plan ${name}: expected a fresh entry, got an old one`)
    return known.get(name)
  }

  async function read(name) {
    const { rows } = await pool.query('select name, price_cents, days from plans where name = $1', [String(name)])
    if (!rows[0]) throw new Refusal(404, 'plan: expected basic or family')
    return { name: rows[0].name, priceCents: rows[0].price_cents, days: rows[0].days }
  }
}
