import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { terminalOf } from '../cli/terminal.ts'
import { deployedByHand } from './deployed-by-hand.ts'
import { everythingKept } from './everything-kept.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

const [oldSecret, newSecret] = ['canary-old-3f9c0b7a', 'canary-new-9e44d1c8']

test('a review is signed for the difference that was shown, another one is refused, and a secret is never shown', async () => {
  const [first, second] = threeReleases
  if (!first || !second) throw new Error('expected releases')
  const releases = [
    { ...first, config: { mail: { password: oldSecret }, limit: 5 } },
    { ...second, config: { mail: { password: newSecret }, limit: 10, region: '${env:REGION}' } },
  ]
  // Several commands are typed while it waits; on a busy machine each takes its time.
  const world = await openWorld({
    releases,
    change: (settings) => {
      settings.review.within = '10m'
    },
  })
  const { belay } = await terminalOf(world)
  await deployedByHand(world, '1.0.0')

  const plan = world.plan('1.1.0', (settings) =>
    Object.assign(settings.review.checklist, { configuration_reviewed: { sign_off: true } }),
  )
  const run = await world.belay.deploy(plan)
  const { changes } = await phaseOf(run, (status) => status.waitingFor !== null)
  const hash = changes?.hashes.configuration ?? ''
  const shown = [
    `pre.configuration_reviewed is about difference ${hash.slice(0, 12)}:`,
    '~ config.json mail.password (changed, a secret: not shown)',
    '~ config.json limit: 5 -> 10',
    '+ config.json region: "${env:REGION}"',
  ]
  const sign = { name: 'signOff', deployment: plan.deployment, item: 'pre.configuration_reviewed', by: 'ann' } as const
  await expect(run.tell({ ...sign, changes: 'f'.repeat(64) })).rejects.toThrow(
    `is for the difference ffffffffffff, it is ${hash.slice(0, 12)} now: look again (belay status), then sign`,
  )
  const [status, waiting] = await Promise.all([belay('status', 'production'), belay('waiting')])
  for (const line of shown) {
    expect(status.out).toContain(line)
    expect(waiting.out).toContain(line)
  }
  const signed = await belay('sign', 'production', 'configuration_reviewed')
  expect(signed).toMatchObject({ code: 0, out: expect.stringContaining('recorded: pre.configuration_reviewed signed') })
  for (const line of shown) expect(signed.err).toContain(line)

  await run.tell({ name: 'abort', deployment: plan.deployment, by: 'ann', reason: 'seen enough' })
  expect((await run.end()).outcome).toBe('ABORTED')
  // Nothing was changed, so nothing is on the host or in its log yet.
  await mkdir(`${world.directory}/.belay`, { recursive: true })
  await writeFile(`${world.root}/deployments.log`, '')
  const [record, explained] = await Promise.all([belay('record', plan.deployment), belay('explain', plan.deployment)])
  expect(record.out).toContain(hash)
  expect(record.out).toContain(`difference ${hash.slice(0, 12)}`)
  expect(explained.out).toContain(
    '1 commit by 1 person, 1 migration, 3 configuration keys, no lockfile found since 1.0.0',
  )

  // Where the release itself lies, its files hold what they hold.
  const isRelease = (place: string) => place.startsWith('host:') || place.includes('/checkouts/')
  const places = [...(await everythingKept(world))].filter(([place]) => !isRelease(place))
  expect(places.flatMap(([place, text]) => (text.includes('canary-') ? [place] : []))).toEqual([])
  // The search finds what is there.
  expect(places.some(([place, text]) => place.startsWith('history:') && text.includes('mail.password'))).toBe(true)
}, 180_000)
