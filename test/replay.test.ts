import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporal } from '@temporalio/proto'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { expect, test } from 'vitest'
import { workflowBundle } from './support/temporal.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const directory = join(import.meta.dirname, 'histories')
const recorded = (await readdir(directory)).filter((file) => file.endsWith('.json'))

test('there are histories of every way a run can end', () => {
  expect(recorded.map((file) => file.replace('.json', '')).toSorted()).toEqual([
    'aborted-at-the-gate',
    // With a policy: what plans have had since the gate asks for more than items, locks and blocks.
    'gated-aborted',
    'gated-drill',
    'gated-refused',
    'gated-rollback-by-hand',
    'gated-rolled-back',
    'gated-success',
    'gated-success-told',
    // Without the kept rehearsals, as command lines of before ask for it.
    'preview',
    'proven-rejected',
    'refused',
    'rollback-by-hand',
    'rolled-back',
    'success',
    'success-told',
  ])
})

test.each(recorded)('the workflow code of today replays %s', async (file) => {
  const history = JSON.parse(await readFile(join(directory, file), 'utf8'))
  await replay(history)
})

test('a history that the code would not have made is found out', async () => {
  const text = await readFile(join(directory, 'success.json'), 'utf8')
  const changed = JSON.parse(text.replaceAll('"claimHost"', '"claimAnotherHost"'))
  await expect(replay(changed)).rejects.toThrow(/claimAnotherHost|claimHost|[Nn]ondeterminism/)
})

async function replay(history: Record<string, unknown>): Promise<void> {
  const bundle = { workflowBundle: { codePath: await workflowBundle() } }
  await Worker.runReplayHistory(
    bundle,
    temporal.api.history.v1.History.fromObject(history),
    'deploy:fixture:production',
  )
}
