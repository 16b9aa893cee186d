import { setTimeout as pause } from 'node:timers/promises'
import type { NativeConnection } from '@temporalio/worker'
import { searchAttributes } from '../domain/search-attributes.ts'

type Operator = Pick<NativeConnection['operatorService'], 'listSearchAttributes' | 'addSearchAttributes'>
type Asked = Pick<NativeConnection['workflowService'], 'countWorkflowExecutions'>
type Services = { operatorService: Operator; workflowService: Asked }

/**
 * Every search attribute the workflows set must be known before anything is polled: an unknown one leaves a workflow
 * task retrying for ever. `register`: missing ones are added, else named in the error with the command that adds them.
 */
export async function requireSearchAttributes(
  services: Services,
  { namespace, register }: { namespace: string; register: boolean },
): Promise<void> {
  const { missing, closed } = await missingSearchAttributes(services, namespace)
  if (missing.length === 0) return
  if (!register || closed) throw new Error(missingText(namespace, missing))
  const wanted = Object.fromEntries(missing.map((name) => [name, keyword]))
  await services.operatorService.addSearchAttributes({ namespace, searchAttributes: wanted })
  await untilUsable(services.workflowService, namespace)
}

/** The server reads them anew every ten seconds or so; who starts a run before that is told that there are none. */
async function untilUsable(workflowService: Asked, namespace: string): Promise<void> {
  for (const giveUpAt = performance.now() + usableWithinMs; ; await pause(500)) {
    const missing = await missingByAsking(workflowService, namespace)
    if (missing.length === 0) return
    if (performance.now() > giveUpAt) throw new Error(missingText(namespace, missing))
  }
}

const usableWithinMs = 60_000

/** `closed`: nobody may list them here, so that none can be added either, and only presence was asked for, not types. */
export type Missing = { missing: readonly string[]; closed: boolean }

/** Names that the namespace does not know, or knows as something else than a keyword. */
export async function missingSearchAttributes(
  { operatorService, workflowService }: Services,
  namespace: string,
): Promise<Missing> {
  try {
    return { missing: await missingInList(operatorService, namespace), closed: false }
  } catch (error) {
    if (isNotFound(error)) throw new Error(noNamespaceText(namespace), { cause: error })
    if (!isClosed(error)) throw error
    return { missing: await missingByAsking(workflowService, namespace), closed: true }
  }
}

async function missingInList(operator: Operator, namespace: string): Promise<string[]> {
  const { customAttributes } = await operator.listSearchAttributes({ namespace })
  return searchAttributes.filter((name) => customAttributes[name] !== keyword)
}

/**
 * Temporal Cloud keeps its operator service to itself, and so may a cluster's authorizer: there a query with the name
 * tells. Only presence: the type is not asked for.
 */
async function missingByAsking(workflowService: Asked, namespace: string): Promise<string[]> {
  const known = searchAttributes.map(async (name) => {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query: `${name} = 'x'` })
      return []
    } catch (error) {
      if (codeOf(error) === invalidArgument) return [name]
      throw isNotFound(error) ? new Error(noNamespaceText(namespace), { cause: error }) : error
    }
  })
  return (await Promise.all(known)).flat()
}

export function addCommand(namespace: string, names: readonly string[]): string {
  const flags = names.flatMap((name) => ['--name', name, '--type', 'Keyword'])
  return ['temporal', 'operator', 'search-attribute', 'create', '--namespace', namespace, ...flags].join(' ')
}

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2

function missingText(namespace: string, missing: readonly string[]): string {
  return (
    `namespace ${namespace}: expected the search attributes ${missing.join(', ')} as keywords, got none; ` +
    `add them with: ${addCommand(namespace, missing)}`
  )
}

/** Codes of gRPC. */
const [invalidArgument, notFound, permissionDenied, unimplemented, unauthenticated] = [3, 5, 7, 12, 16]

function isNotFound(error: unknown): boolean {
  return codeOf(error) === notFound
}

function isClosed(error: unknown): boolean {
  return [permissionDenied, unimplemented, unauthenticated].includes(codeOf(error) ?? 0)
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null
}

function noNamespaceText(namespace: string): string {
  const create = `temporal operator namespace create --namespace ${namespace} --retention 90d`
  return `namespace ${namespace}: expected it to exist on the Temporal server; correct TEMPORAL_NAMESPACE, or: ${create}`
}
