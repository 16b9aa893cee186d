/**
 * Looks at every subscription that was not looked at for five seconds; answers how many. Several workers may do so.
 * From this release on each of them gets a device limit: once written, it is data that a dropped column would lose.
 */
export async function processDue(pool) {
  const { rowCount } = await pool.query(
    `update subscriptions
     set status = case when paid_until > now() then 'active' else 'expired' end, processed_at = now(),
       device_limit = case plan when 'family' then 10 else 5 end
     where id in (
       select id from subscriptions
       where processed_at is null or processed_at < now() - interval '5 seconds'
       order by processed_at nulls first limit 200 for update skip locked)`,
  )
  return rowCount
}
