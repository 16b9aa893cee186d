import { Refusal } from './http.js'

/** Looks at every subscription that was not looked at for five seconds; answers how many. Several workers may do so. */
export async function processDue(pool) {
  const { rowCount } = await pool.query(
    `update subscriptions
     set status = case when cancelled_at is not null then 'cancelled' when paid_until > now() then 'active' else 'expired' end,
       processed_at = now(), device_limit = case plan when 'family' then 10 else 5 end
     where id in (
       select id from subscriptions
       where processed_at is null or processed_at < now() - interval '5 seconds'
       order by processed_at nulls first limit 200 for update skip locked)`,
  )
  return rowCount
}

/** Possible within the first days only. */
export async function cancel({ pool, config }, { subscriptionId }) {
  const { rowCount } = await pool.query(
    `update subscriptions set cancelled_at = now()
     where id = $1 and cancelled_at is null and payment_id in (
       select id from payments where paid_at > now() - make_interval(days => $2))`,
    [Number(subscriptionId) || 0, config.cancellationDays],
  )
  if (rowCount === 0) throw new Refusal(409, 'subscriptionId: expected one that can still be cancelled')
  return { cancelled: true }
}
