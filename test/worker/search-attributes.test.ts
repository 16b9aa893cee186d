import { randomUUID } from 'node:crypto'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporalFindings } from '../../src/dev/doctor-temporal.ts'
import type { Finding } from '../../src/dev/finding.ts'
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
  const { operator, services, namespace } = await bareNamespace()
  const [text, keyword] = [1, 2]
  const types = searchAttributes.map((name) => [name, name === 'BelayPhase' ? text : keyword])
  await operator.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) })
  await vi.waitFor(async () => {
    expect((await missingSearchAttributes(services, namespace)).missing).toEqual(['BelayPhase'])
  })
  expect(await doctorOn({ TEMPORAL_ADDRESS: await shared('temporal'), TEMPORAL_NAMESPACE: namespace })).toMatchObject({
    ok: false,
    detail: 'missing as keywords: BelayPhase',
    fix: expect.stringMatching(/create --namespace \S+ --name BelayPhase --type Keyword$/),
  })
})

test('belay doctor asks likewise where the operator service is closed', async () => {
  const { services, namespace } = await bareNamespace()
  const environment = { ...(await closedEnvironment()), TEMPORAL_NAMESPACE: namespace }
  expect(await doctorOn(environment)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('BelayService, BelayEnvironment'),
    fix: expect.stringContaining(`search-attribute create --namespace ${namespace}`),
  })
  await requireSearchAttributes(services, { namespace, register: true })
  await vi.waitUntil(async () => (await doctorOn(environment))?.ok, { timeout: 30_000, interval: 200 })
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
  const services = { operatorService: operator, workflowService }
  const missing = () => missingSearchAttributes(services, namespace).catch(() => null)
  await vi.waitUntil(async () => (await missing())?.missing.length === searchAttributes.length, {
    timeout: 30_000,
    interval: 100,
  })
  return { operator, services, namespace }
}

async function withoutOperators(): Promise<Connection> {
  const { address, cert } = await closedServer()
  const connection = await Connection.connect({ address, tls: { serverRootCACertificate: Buffer.from(cert) } })
  onTestFinished(() => connection.close())
  return connection
}

async function closedEnvironment() {
  const { address, cert } = await closedServer()
  return { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_DATA: cert }
}

/** The same server as Temporal Cloud shows itself. */
async function closedServer(): Promise<{ address: string; cert: string }> {
  const authority = newAuthority('authority')
  const closed = (path: string) => (path.includes('OperatorService') ? 7 : null)
  const { address } = await grpcBefore(await shared('temporal'), authority.issue('cloud'), closed)
  return { address, cert: authority.cert }
}

/** What the doctor finds about the search attributes. */
async function doctorOn(environment: Record<string, string>): Promise<Finding | undefined> {
  const findings = await temporalFindings({ environment, directory: '/nowhere', hosts: [], now: () => new Date() })
  return findings.find(({ name }) => name === 'search attributes')
}
