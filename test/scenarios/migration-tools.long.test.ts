import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { migratesWith, releasesOf, type ToolName } from './tooled.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const tools: readonly ToolName[] = ['dbmate', 'node-pg-migrate', 'commands']

test.each(tools)(
  'a release whose checks turn red comes back with %s: code, database and configuration, proven',
  async (tool) => {
    const world = await openWorld({ releases: releasesOf(tool), change: migratesWith(tool) })
    await world.live('1.1.0')
    const { schema, run, deployment } = await ill(world)
    const end = await run.end()

    expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' }, reason: { check: 'errors' } })
    expect(end.sentence.split('\n')[0]).toBe('1.2.0 on production was rolled back to 1.1.0')
    await expectBackAt110(world, 'belay')
    expect(await columns(world)).toEqual(schema)
    const { events } = await run.status()
    expect(events.map(({ text }) => text).join('\n')).toMatch(/003_phone/)
    expect(await world.history.readDeployment(deployment)).toMatchObject({ outcome: 'ROLLED_BACK', status: 'FAILED' })
  },
)

test('what was written after the deployment keeps the schema with a team’s own tool too; the rest comes back', async () => {
  const world = await openWorld({ releases: releasesOf('commands'), change: migratesWith('commands') })
  await world.live('1.1.0')
  const { run } = await ill(world, "insert into users (id, phone) values (1, '555')")
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(`${end.sentence}\n${end.undone.join('\n')}`).toMatch(/users\.phone/)
  expect(await world.sql('select phone from users')).toEqual([{ phone: '555' }])
  expect(await world.look()).toMatchObject({ serving: '1.1.0', config: { limit: 10 } })
})

/** 1.2.0 goes live, something is written with it, and then its errors rise. */
async function ill(world: World, written?: string) {
  const schema = await columns(world)
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '30s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  expect(await columns(world)).toHaveLength(schema.length + 1)
  if (written) await world.sql(written)
  await world.say('errors', '1.2.0')
  return { schema, run, deployment: plan.deployment }
}

async function columns(world: World): Promise<Record<string, unknown>[]> {
  return await world.sql(
    `select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns
     where table_schema = 'public' and table_name = 'users' order by 1, 2`,
  )
}
