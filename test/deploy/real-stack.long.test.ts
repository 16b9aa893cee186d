import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { searchAttributes } from '../../src/domain/search-attributes.ts'
import { expectBackAt110 } from '../scenarios/comes-back.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { realTemporalPrograms } from '../support/real-temporal-programs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type RealStack, startRealStack } from './real-stack.ts'
import { repositoryFile } from './stack-files.ts'

test("what compose starts, with Temporal's server on PostgreSQL: a release goes live, outlives its server, another comes back", async () => {
  const stack = await startRealStack()
  const { address, namespace, historyUrl } = stack
  const world = await openWorld({
    releases: threeReleases,
    temporal: { address, namespace },
    historyUrl,
    environment: () => ({ BELAY_REGISTER_SEARCH_ATTRIBUTES: '1' }),
  })
  await world.live('1.0.0')
  await expectSearchable(world, '1.0.0')

  const { run, plan } = await watched(world, '1.1.0', '8s')
  const before = await run.status()
  await stack.killServer()
  expect((await world.look()).serving).toBe('1.1.0')
  await stack.startServer()
  const after = await phaseOf(run, (status) => status.windowEndsAt !== null)
  expect(after.windowEndsAt).toBe(before.windowEndsAt)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect(await world.history.readDeployment(plan.deployment)).toMatchObject({ outcome: 'SUCCESS' })

  const next = await watched(world, '1.2.0', '60s')
  await world.say('errors', '1.2.0')
  expect(await next.run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'fell_ill', check: 'errors' } })
  await expectBackAt110(world, 'belay')

  expect(await (await fetch(stack.metricsUrl)).text()).toContain('service_requests')
  await expectApart(stack)
}, 600_000)

test("Temporal's server knows every setting of the mounted dynamic configuration, with these types", async () => {
  const { server } = await realTemporalPrograms()
  const validate = async (file: string) =>
    (await promisify(execFile)(server, ['validate-dynamic-config', file])).stdout.replace(file, '').trim()
  expect(await validate(repositoryFile('deploy/temporal/dynamicconfig.yaml'))).toBe('')
  const wrong = join(await temporaryDirectory(), 'wrong.yaml')
  await writeFile(wrong, 'history.transferProcessorMaxPollRPM:\n  - value: 1000\n')
  expect(await validate(wrong)).toContain('transferProcessorMaxPollRPM')
}, 600_000)

/** The worker made the search attributes; a run can be found by them. */
async function expectSearchable(world: World, version: string): Promise<void> {
  const { namespace, temporal } = world.belay
  const { customAttributes } = await temporal.connection.operatorService.listSearchAttributes({ namespace })
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...searchAttributes]))
  const count = () => temporal.workflow.count(`BelayVersion = '${version}'`)
  await expect.poll(() => count().then((counted) => counted.count)).toBe(1)
}

/** Each user is let into its own databases, with its password, and into no other. */
async function expectApart(stack: RealStack): Promise<void> {
  const enter = async (user: 'temporal' | 'belay', database: string) => {
    const client = new pg.Client({ connectionString: stack.databaseUrl(user, database) })
    try {
      await client.connect()
      return true
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      await client.end()
    }
  }
  expect(await enter('belay', 'belay')).toBe(true)
  expect(await enter('temporal', 'temporal_visibility')).toBe(true)
  expect(await enter('belay', 'temporal')).toContain('permission denied')
  expect(await enter('temporal', 'belay')).toContain('permission denied')
}

async function watched(world: World, version: string, window: string) {
  const plan = world.plan(version, (settings) => {
    settings.monitoring.window = window
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  return { run, plan }
}
