import { expect } from 'vitest'
import type { DatabaseWorld } from '../world.ts'

type Files = Readonly<Record<string, string>>

/** Whatever the tool: a value in the column that `trial` adds to `users` keeps the schema, and is counted. */
export async function expectValuesKept(world: DatabaseWorld, { users, trial }: { users: Files; trial: Files }) {
  await world.deploy(await world.release('1.0.0', users))
  await world.deployment('d2')
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...trial }))
  await world.query(`insert into users (name, trial_ends_at) values ('a', '2024-01-01')`)
  expect(await world.revert(deployed)).toMatchObject({
    kept: ['002_trial'],
    losses: [{ migration: '002_trial', object: 'users.trial_ends_at', rows: 1 }],
  })
}
