import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { threeReleases } from './releases.ts'
import { openWorld } from './world.ts'

test('the worker is killed while a command of the gate runs: the command goes on, and runs once', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  const counter = `${world.control}/gate`
  const program = `
    const { appendFileSync, existsSync } = require('node:fs')
    appendFileSync(process.argv[1], 'began ' + process.pid + '\\n')
    const timer = setInterval(() => {
      if (!existsSync(process.argv[1] + '-go')) return
      appendFileSync(process.argv[1], 'ended ' + process.pid + '\\n')
      clearInterval(timer)
    }, 20)`
  const plan = world.plan('1.2.0', (settings) => {
    settings.review.checklist.tests_passing.command = ['node', '-e', program, counter]
  })
  const lines = async () => (await readFile(counter, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  const run = await world.belay.deploy(plan)
  await eventually('the command to begin', async () => (await lines()).length > 0)
  await world.killWorker()
  await world.startWorker()
  await writeFile(`${counter}-go`, '')
  await world.signAll(run, plan.deployment)

  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const seen = await lines()
  expect(seen).toHaveLength(2)
  expect(seen[1]).toBe(seen[0]?.replace('began', 'ended'))
  expect((await world.look()).serving).toBe('1.2.0')
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.items.find((item) => item.item === 'pre.tests_passing')).toMatchObject({ state: 'passed' })
})
