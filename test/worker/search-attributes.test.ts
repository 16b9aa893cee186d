import { randomUUID } from 'node:crypto'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { searchAttributes } from '../../src/domain/search-attributes.ts'
import { missingSearchAttributes, requireSearchAttributes } from '../../src/worker/search-attributes.ts'
import { newAuthority } from '../support/certificates.ts'
import { grpcBefore } from '../support/grpc-front.ts'
import { shared } from '../support/shared.ts'
import { openNamespace } from '../support/temporal.ts'

test('missing search attributes are named with the command that adds them', async () => {
  const { services, namespace } = await bareNamespace()
  const required = requireSearchAttributes(services, { namespace, register: false })
  await expect(required).rejects.toThrow(
    new RegExp(
      `namespace ${namespace}: expected the search attributes BelayService, .* add them with: temporal operator search-attribute create`,
    ),
  )
})

test('missing search attributes are added where that is wanted, and known ones left alone', async () => {
  const { operator, services, namespace } = await bareNamespace()
  await operator.addSearchAttributes({ namespace, searchAttributes: { BelayService: 2 } })
  await requireSearchAttributes(services, { namespace, register: true })
  await requireSearchAttributes(services, { namespace, register: false })
})

test('one of another type does not pass for ours', async () => {
  const { operator, namespace } = await bareNamespace()
  const text = 1
  await operator.addSearchAttributes({ namespace, searchAttributes: { BelayPhase: text } })
  expect(await missingSearchAttributes(operator, namespace)).toContain('BelayPhase')
})

test('where the operator service is closed, a query tells what is missing; nothing can be added', async () => {
  const { services, namespace } = await bareNamespace()
  const closed = await withoutOperators()
  const required = requireSearchAttributes(closed, { namespace, register: true })
  await expect(required).rejects.toThrow('BelayService, BelayEnvironment')
  await requireSearchAttributes(services, { namespace, register: true })
  const known = () => requireSearchAttributes(closed, { namespace, register: false }).then(() => true)
  await vi.waitUntil(() => known().catch(() => false), { timeout: 30_000, interval: 200 })
})

test('a namespace that is not there is said to be missing', async () => {
  const { services } = await bareNamespace()
  const required = requireSearchAttributes(services, { namespace: 'nowhere', register: true })
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
  return { operator, services: { operatorService: operator, workflowService }, namespace }
}

/** The same server as Temporal Cloud shows itself. */
async function withoutOperators(): Promise<Connection> {
  const authority = newAuthority('authority')
  const closed = (path: string) => (path.includes('OperatorService') ? 7 : null)
  const { address } = await grpcBefore(await shared('temporal'), authority.issue('cloud'), closed)
  const connection = await Connection.connect({
    address,
    tls: { serverRootCACertificate: Buffer.from(authority.cert) },
  })
  onTestFinished(() => connection.close())
  return connection
}
