import { Client, Connection } from '@temporalio/client'
import { shared } from './shared.ts'

/** A namespace of the test's own on the Temporal server that all tests of this run share, with the search attributes. */
export type OwnNamespace = {
  address: string
  namespace: string
  client: Client
  /** For programs and workers: how to reach it. */
  environment: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string }
  close(): Promise<void>
}

/** Task queues have fixed names: tests that start workers at the same time are kept apart by namespaces. */
export async function openNamespace(): Promise<OwnNamespace> {
  const address = await shared('temporal')
  const namespace = await shared('namespace')
  const connection = await Connection.connect({ address })
  return {
    address,
    namespace,
    client: new Client({ connection, namespace }),
    environment: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
    close: () => connection.close(),
  }
}

/** A file with all workflow code, made once for all tests of this run; throws when the workflows cannot be bundled. */
export function workflowBundle(): Promise<string> {
  return shared('workflow-bundle')
}
