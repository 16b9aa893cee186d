import type { DecisionAnswer } from '../../src/domain/message.ts'
import type { FixtureSettings } from './settings.ts'
import { watched } from './watched.ts'

/** 1.2.0 was live, 37 values were written to what it added, and it fell ill. */
export async function schemaKept(change: (settings: FixtureSettings) => void) {
  const live = await schemaLive(change)
  await live.world.sql("insert into users (id, phone) select n, '555-' || n from generate_series(1, 37) n")
  await live.illNow()
  return live
}

/** 1.2.0 is live and watched. */
export async function schemaLive(change: (settings: FixtureSettings) => void) {
  const { world, run, deployment } = await watched(change)
  const decide = async (answer: DecisionAnswer) =>
    await run.tell({ name: 'decide', deployment, question: 'schema', answer, by: 'ann', reason: 'scenario' })
  return { world, run, decide, illNow: () => world.say('errors', '1.2.0') }
}
