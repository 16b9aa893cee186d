import { randomUUID } from 'node:crypto'
import { msToTs } from '@temporalio/common/lib/time.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { searchAttributes } from '../../src/domain/search-attributes.ts'
import { missingSearchAttributes, requireSearchAttributes } from '../../src/worker/search-attributes.ts'
import { openNamespace } from '../support/temporal.ts'

test('missing search attributes are named with the command that adds them', async () => {
  const { operator, namespace } = await bareNamespace()
  const required = requireSearchAttributes(operator, { namespace, register: false })
  await expect(required).rejects.toThrow(
    new RegExp(
      `namespace ${namespace}: expected the search attributes BelayService, .* add them with: temporal operator search-attribute create`,
    ),
  )
})

test('missing search attributes are added where that is wanted, and known ones left alone', async () => {
  const { operator, namespace } = await bareNamespace()
  await operator.addSearchAttributes({ namespace, searchAttributes: { BelayService: 2 } })
  await requireSearchAttributes(operator, { namespace, register: true })
  await requireSearchAttributes(operator, { namespace, register: false })
})

test('one of another type does not pass for ours', async () => {
  const { operator, namespace } = await bareNamespace()
  const text = 1
  await operator.addSearchAttributes({ namespace, searchAttributes: { BelayPhase: text } })
  expect(await missingSearchAttributes(operator, namespace)).toContain('BelayPhase')
})

test('a namespace that is not there is said to be missing', async () => {
  const { operator } = await bareNamespace()
  const required = requireSearchAttributes(operator, { namespace: 'nowhere', register: true })
  await expect(required).rejects.toThrow('namespace nowhere: expected it to exist on the Temporal server')
})

/** A namespace nobody prepared. */
async function bareNamespace() {
  const temporal = await openNamespace()
  onTestFinished(() => temporal.close())
  const { operatorService: operator, workflowService } = temporal.client.connection
  const namespace = `bare-${randomUUID()}`
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') })
  const missing = () => missingSearchAttributes(operator, namespace).catch(() => [])
  await vi.waitUntil(async () => (await missing()).length === searchAttributes.length, {
    timeout: 30_000,
    interval: 100,
  })
  return { operator, namespace }
}
