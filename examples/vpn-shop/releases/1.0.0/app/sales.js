import { randomUUID } from 'node:crypto'
import { Refusal } from './http.js'
import { askUpstream } from './upstream.js'

/** From money to a key: payment, subscription, VPN key. */
export function createSales({ pool, config, users, plans }) {
  return { pay, subscribe, createKey }

  async function pay({ userId, plan }) {
    const user = await users.require(userId)
    const { name, priceCents } = await plans.find(plan)
    const charge = { reference: randomUUID(), amountCents: priceCents }
    const { chargeId } = await askUpstream('payment provider', `${config.paymentProvider}/charges`, charge)
    const { rows } = await pool.query(
      'insert into payments (user_id, plan, amount_cents, charge_id) values ($1, $2, $3, $4) returning id',
      [user, name, priceCents, chargeId],
    )
    return { paymentId: Number(rows[0].id) }
  }

  async function subscribe({ paymentId }) {
    const found = await pool.query('select user_id, plan from payments where id = $1', [Number(paymentId) || 0])
    const [payment] = found.rows
    if (!payment) throw new Refusal(404, 'paymentId: expected a payment')
    const { name, days } = await plans.find(payment.plan)
    const { rows } = await pool.query(
      `insert into subscriptions (user_id, payment_id, plan, paid_until)
       values ($1, $2, $3, now() + make_interval(days => $4)) on conflict (payment_id) do nothing returning id`,
      [payment.user_id, Number(paymentId), name, days],
    )
    if (!rows[0]) throw new Refusal(409, 'paymentId: already used')
    return { subscriptionId: Number(rows[0].id) }
  }

  async function createKey({ userId }) {
    const user = await users.require(userId)
    const { rows } = await pool.query('select 1 from subscriptions where user_id = $1 and paid_until > now()', [user])
    if (!rows[0]) throw new Refusal(402, 'userId: expected a paid subscription')
    const { keyId, key } = await askUpstream('VPN API', `${config.vpnApi}/keys`, { client: `user-${user}` })
    await pool.query('insert into vpn_keys (user_id, key_id) values ($1, $2)', [user, keyId])
    return { keyId, key }
  }
}
