import { writeFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'
import { onTestFinished, test } from 'vitest'
import { temporalServer } from '../../src/dev/temporal-server.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { existsSync } from 'node:fs'
import { eventually } from '../support/eventually.ts'

test('explore', async () => {
  const directory = await temporaryDirectory()
  const server = await temporalServer({ directory, environment: process.env, say: console.log })
  onTestFinished(() => server.stop())
  const world = await openWorld({ releases: threeReleases, temporal: { address: server.address, namespace: 'default' } })
  const good = world.plan('1.1.0')
  const r1 = await world.belay.deploy(good)
  await world.signAll(r1, good.deployment)
  await r1.end()
  await world.say('errors', '1.2.0')
  const bad = world.plan('1.2.0')
  const r2 = await world.belay.deploy(bad)
  await world.signAll(r2, bad.deployment)
  const end = await r2.end()
  const runs: string[] = []
  for await (const w of world.belay.temporal.workflow.list({})) runs.push(`${w.workflowId} ${w.runId} ${w.status.name}`)
  await writeFile('/tmp/pw/info.json', JSON.stringify({ ui: server.uiUrl, runs, end, address: server.address }, null, 2))
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  console.log(browser.version())
  await browser.close()
  await eventually('done', () => existsSync('/tmp/pw/done'), 900_000)
})
