import type { NativeConnection } from '@temporalio/worker'
import { searchAttributes } from '../domain/search-attributes.ts'

type Operator = Pick<NativeConnection['operatorService'], 'listSearchAttributes' | 'addSearchAttributes'>

/**
 * Every search attribute the workflows set must be known before anything is polled: an unknown one leaves a workflow
 * task retrying for ever. `register`: missing ones are added, else named in the error with the command that adds them.
 */
export async function requireSearchAttributes(
  operator: Operator,
  { namespace, register }: { namespace: string; register: boolean },
): Promise<void> {
  const missing = await missingSearchAttributes(operator, namespace)
  if (missing.length === 0) return
  if (!register) throw new Error(missingText(namespace, missing))
  const wanted = Object.fromEntries(missing.map((name) => [name, keyword]))
  await operator.addSearchAttributes({ namespace, searchAttributes: wanted })
}

/** Names that the namespace does not know, or knows as something else than a keyword. */
export async function missingSearchAttributes(operator: Operator, namespace: string): Promise<string[]> {
  const { customAttributes } = await operator.listSearchAttributes({ namespace }).catch((error: unknown) => {
    throw isNotFound(error) ? new Error(noNamespaceText(namespace), { cause: error }) : error
  })
  return searchAttributes.filter((name) => customAttributes[name] !== keyword)
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

/** Code 5 of gRPC. */
function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 5
}

function noNamespaceText(namespace: string): string {
  const create = `temporal operator namespace create --namespace ${namespace} --retention 90d`
  return `namespace ${namespace}: expected it to exist on the Temporal server; correct TEMPORAL_NAMESPACE, or: ${create}`
}
