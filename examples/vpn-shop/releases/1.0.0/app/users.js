import { Refusal } from './http.js'

export function createUsers({ pool }) {
  return { register, require }

  async function register({ email }) {
    if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email)) throw new Refusal(400, 'email: expected a@b')
    const { rows } = await pool.query(
      'insert into users (email) values ($1) on conflict (email) do nothing returning id',
      [email],
    )
    if (!rows[0]) throw new Refusal(409, 'email: already registered')
    return { userId: Number(rows[0].id) }
  }

  async function require(userId) {
    const { rows } = await pool.query('select id from users where id = $1', [Number(userId) || 0])
    if (!rows[0]) throw new Refusal(404, 'userId: expected a registered user')
    return Number(rows[0].id)
  }
}
