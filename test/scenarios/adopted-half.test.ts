import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { expect, onTestFinished, test } from 'vitest'
import { createAdoptActivities } from '../../activities/adopt/activities.ts'
import { createHostActivities } from '../../activities/host/activities.ts'
import { createSteps } from '../../activities/step/steps.ts'
import type { HostSurvey } from '../../src/domain/adoption.ts'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planFor } from '../history/plan.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) })

test('an adoption that fails after a host was done speaks of no claim there, and says what is written', async () => {
  const directory = await temporaryDirectory()
  const plan: Plan = { ...planFor(), hosts: ['app-1', 'app-2'], checks: {}, digest: 'a'.repeat(64) }
  const hosts = { 'app-1': hostIn(directory, 'app-1'), 'app-2': hostIn(directory, 'app-2') }
  await hosts['app-1'].remembers(recordOf(plan))
  const { adopt } = await centre(hosts)
  const sentence = await adopt(plan, [surveyOf('app-1', true), surveyOf('app-2', false)])
  expect(sentence).toContain(
    'history is read only\nWritten, and true: the notes of app-1. Next: mend it, then belay adopt production --version 1.2.3 again',
  )
  expect(sentence).not.toContain('Claims are left')
  expect(await hosts['app-1'].claim()).toBeNull()
  expect(await hosts['app-2'].claim()).toBeNull()
})

type Host = ReturnType<typeof hostIn>

/** An agent's own activities for claims and notes, each host in a directory of its own; what it finds is given. */
function hostIn(root: string, host: string) {
  const directory = join(root, host)
  mkdirSync(directory)
  const world = { clock: () => new Date(), environment: { PATH: process.env.PATH } }
  const steps = createSteps({ root: join(directory, '.belay'), ...world })
  const own = { ...createHostActivities({ host, ...world, steps }), ...createAdoptActivities({ ...world, steps }) }
  const here = (order: HostOrder) => ({ ...order, directory })
  const about = { service: 'shop', environment: 'production', host, directory, protocol: 1 } as const
  const before: HostOrder = { ...about, deployment: 'before', runId: 'before', fence: 0 }
  return {
    activities: {
      inspectHost: ({ order }: { order: HostOrder }) => own.inspectHost({ order: here(order) }),
      claimHost: (input: Parameters<typeof own.claimHost>[0]) => own.claimHost({ ...input, order: here(input.order) }),
      noteProcesses: (input: Parameters<typeof own.noteProcesses>[0]) =>
        own.noteProcesses({ ...input, order: here(input.order) }),
      forgetProcesses: ({ order }: { order: HostOrder }) => own.forgetProcesses({ order: here(order) }),
      finishHost: ({ order, records }: Parameters<typeof own.finishHost>[0]) =>
        own.finishHost({ order: here(order), records }),
      surveyHost: async () => surveyOf(host, false),
      proveServing: async () => ({ proven: true, detail: 'serves' }),
      readMarker: async () => ({ marker: null, problem: null }),
    },
    async remembers(record: HostRecord): Promise<void> {
      const { fence } = await own.claimHost({ order: before, phase: 'release', takeOver: false })
      await own.finishHost({ order: { ...before, fence }, records: [record] })
    },
    claim: async () => (await own.inspectHost({ order: before })).claim,
  }
}

/** Workers for the hosts, and one in the middle whose history refuses every row. */
async function centre(hosts: Record<string, Host>) {
  const { address, namespace, client, close } = await openNamespace()
  onTestFinished(close)
  const connection = await NativeConnection.connect({ address })
  const refuses = async () => {
    throw ApplicationFailure.create({ type: 'Invalid', nonRetryable: true, message: 'history is read only' })
  }
  const asked = { demandsProof: async () => false, readEnvironment: async () => ({ lock: null }) }
  const central = { ...asked, openRecord: refuses, closeRecord: refuses }
  const codePath = await workflowBundle()
  const parts = [
    { taskQueue: 'belay', activities: central, workflowBundle: { codePath } },
    ...Object.entries(hosts).map(([host, { activities }]) => ({ taskQueue: `belay.host.${host}`, activities })),
  ]
  const workers = await Promise.all(parts.map((part) => Worker.create({ ...part, connection, namespace })))
  const running = workers.map((worker) => worker.run())
  onTestFinished(async () => {
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
    await connection.close()
  })
  /** Answers with what it failed with. */
  const adopt = async (plan: Plan, confirmed: unknown): Promise<string> => {
    const args = [{ plan, from: null, named: [], by: 'ann', confirmed }]
    const workflowId = 'adopt:shop:production'
    const ended = client.workflow.execute('adopt', { args, workflowId, taskQueue: 'belay' })
    const error = await ended.then(String, (failure: unknown) => failure)
    return error instanceof WorkflowFailedError ? (error.cause?.message ?? '') : String(error)
  }
  return { adopt }
}

function surveyOf(host: string, ofRecord: boolean): HostSurvey & { ofRecord: boolean; schema: null } {
  const seen = { processes: [], noted: false, configuration: [], marker: null, revision: null }
  return { host, releaseDirectory: '/srv/shop', ...seen, problems: [], warnings: [], ofRecord, schema: null }
}

function recordOf({ release, digest: planDigest }: Plan): HostRecord {
  const made = { releaseDirectory: '/srv/shop', planDigest, configuration: [], migrations: null, catalog: null }
  return { deployment: 'before', release, ...made, outcome: 'ADOPTED', at: '2026-01-02T03:04:05Z' }
}
