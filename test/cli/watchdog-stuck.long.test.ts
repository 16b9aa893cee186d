import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { changedBundle } from '../worker/changed-bundle.ts'
import { terminalIn } from './terminal.ts'

test('the watchdog barks at a run whose workflow task fails again and again', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = terminalIn(world.root, world.environment)
  const waiting = await world.deploy('1.1.0')
  await phaseOf(waiting, (status) => status.waitingFor?.question === 'sign-off')
  await world.killWorker()
  const broken = await changedBundle(
    'workflows/gate/rules/history.ts',
    'recordNow.readEnvironment',
    'recordNow.clearRelease',
  )
  const BELAY_LEAVE = waiting.runId
  const given = { ...world.environment, BELAY_WORKFLOW_BUNDLE: broken, BELAY_LEAVE, BELAY_LEAVE_REASON: 'a test' }
  const worker = terminalIn(world.root, given).start('worker')
  await worker.said('belay worker ready')
  const handle = world.belay.temporal.workflow.getHandle(waiting.workflowId, waiting.runId)
  await handle.signal('signOff', {})
  // Only the first failure is told to Temporal; the next tries run out of time, ten seconds each.
  const barked = await eventually(
    'an alarm',
    async () => {
      const answer = await belay('watchdog')
      return answer.code === 1 && answer
    },
    60_000,
  )
  expect(barked.out).toMatch(
    /^deploy:fixture:production \(1\.1\.0, phase gate\): its workflow task was tried \d+ times: .*readEnvironment.*Next: start a worker of the version/,
  )
  worker.interrupt()
  await worker.ended
})
