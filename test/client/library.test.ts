import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  type BelayClient,
  Busy,
  connect,
  type DeploymentRun,
  Refused,
  type RunEvent,
  Usage,
} from '../../src/client/index.ts'
import { settingsText } from '../cli/terminal.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, type World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'

const minutes = 60_000
const ann = { by: 'ann@example.com' }

test(
  'a script starts, follows over a killed worker, signs, and reads the outcome; asked again it attaches',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const file = join(world.repository, 'belay.yaml')
    await writeFile(file, settingsText(world))
    const belay = await connect(world.environment)
    onTestFinished(() => belay.close())
    const request = { file, environment: 'production', version: '1.0.0', by: 'ci@example.com', requestId: 'job.1' }

    const [one, two] = await Promise.all([belay.deploy(request), belay.deploy(request)])
    expect(one.deployment).toBe(two.deployment)
    expect([one.attached, two.attached].toSorted()).toEqual([false, true])
    expect(await belay.listOpen()).toHaveLength(1)
    const busy = await belay.deploy({ ...request, requestId: 'job.2' }).catch((error: unknown) => error)
    expect(busy).toBeInstanceOf(Busy)
    expect(busy).toMatchObject({
      holder: { version: '1.0.0', performer: 'ci@example.com', deployment: one.deployment },
    })
    await refusesWhatCannotBe(belay, one, request)

    const told: RunEvent[] = []
    const following = collect(one, told)
    await onceSaid(told, 'waits for sign-off')
    await world.killWorker()
    await world.startWorker()
    expect(await one.sign('code_reviewed', { ...ann, note: 'read twice' })).toEqual({
      recorded: 'pre.code_reviewed signed by ann@example.com (claimed)',
    })
    await onceSaid(told, 'open for people')
    await one.sign('payment_processing', ann)
    await one.sign('post.user_facing_tested', ann)
    await following
    expect(told.map((event) => event.seq)).toEqual(told.map((_, index) => index + 1))
    expect(told.at(-1)?.text).toContain('SUCCESS')
    const end = await one.end()
    expect(end).toMatchObject({ outcome: 'SUCCESS', live: { version: '1.0.0' }, deployment: one.deployment })
    expect((await world.look()).serving).toBe('1.0.0')

    const again = await belay.deploy(request)
    expect([again.attached, again.deployment, await again.open()]).toEqual([true, one.deployment, false])
    const later: RunEvent[] = []
    await collect(again, later)
    expect(later).toEqual(told)
    await world.killWorker()
    expect(await (await belay.deploy(request)).end()).toEqual(end)
    await world.startWorker()
    await rollsBackOnce(belay, world, file)
  },
  3 * minutes,
)

async function refusesWhatCannotBe(belay: BelayClient, run: DeploymentRun, request: { file: string }): Promise<void> {
  await expect(run.sign('payment_processing', ann)).rejects.toThrow(Refused)
  await expect(run.sign('coffee', ann)).rejects.toThrow('there is no item coffee')
  await expect(run.decide('retry', { ...ann, reason: 'mended' })).rejects.toThrow('nothing waits for a decision')
  await expect(run.extend('soon', { ...ann, reason: 'x' })).rejects.toThrow('expected a duration like 10m')
  const nowhere = { ...ann, file: `${request.file}.not`, environment: 'production', version: '1.0.0' }
  await expect(belay.deploy(nowhere)).rejects.toThrow(Usage)
  const odd = { ...ann, file: request.file, environment: 'production', version: '1.0.0', requestId: 'two words' }
  await expect(belay.deploy(odd)).rejects.toThrow('request id: expected')
  expect(await belay.attach({ service: 'fixture', environment: 'elsewhere' })).toBeNull()

  const left = new AbortController()
  const stopped = collect(run, [], left.signal)
  left.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
  for await (const event of run.follow()) {
    expect(event.seq).toBe(1)
    break
  }
  expect(await run.open()).toBe(true)
}

async function rollsBackOnce(belay: BelayClient, world: World, file: string): Promise<void> {
  await world.live('1.1.0')
  const request = { file, environment: 'production', ...ann, reason: 'slow', requestId: 'job.9' }
  const back = await belay.rollback(request)
  expect(await back.end()).toMatchObject({ outcome: 'ROLLED_BACK', startedAs: 'rollback', live: { version: '1.0.0' } })
  const repeated = await belay.rollback(request)
  expect([repeated.attached, repeated.runId]).toEqual([true, back.runId])
  expect((await world.look()).serving).toBe('1.0.0')
}

test(
  'the example deploys, and its process ends by itself with the exit code of the outcome',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    await writeFile(join(world.repository, 'belay.yaml'), settingsText(world))
    const example = fileURLToPath(new URL('../../examples/client/deploy.ts', import.meta.url))
    const deploy = (...args: string[]) => runScript(example, args, world)

    const refused = deploy('7.7.7', 'production')
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toContain('7.7.7')
    const deploying = deploy('1.0.0', 'production')
    await eventually('the gate', () => deploying.output().includes('waits for sign-off'), 60_000)
    const run = await world.belay.attach('fixture', 'production')
    if (run === null) throw new Error('expected a run')
    await world.signAll(run, run.deployment)
    expect(await deploying.ended).toBe(0)
    expect(deploying.output()).toMatch(/started 1\.0\.0-.*1\.0\.0 is live on production/s)
  },
  2 * minutes,
)

function runScript(file: string, args: string[], world: World) {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: world.repository,
    env: world.environment,
    timeout: 90_000,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return { ended: once(child, 'close').then(([code]): number | null => code), output: () => output }
}

async function collect(run: DeploymentRun, into: RunEvent[], signal?: AbortSignal): Promise<void> {
  for await (const event of run.follow({ signal })) into.push(event)
}

async function onceSaid(events: readonly RunEvent[], text: string): Promise<void> {
  await eventually(text, () => events.some((event) => event.text.includes(text)), 60_000)
}
