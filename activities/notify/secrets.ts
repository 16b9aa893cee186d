import type { Webhook } from '../../src/domain/notice/notice.ts'
import { type EnvironmentVariables, MissingReference, resolveReferences } from '../../src/domain/reference.ts'
import { secretsIn } from '../process/inherited.ts'

/** What no message may repeat: the secret, the address, and each part of it that a receiver or a library may print. */
export function secretsOf({ url, secret }: Webhook, environment: EnvironmentVariables): string[] {
  const values = [url, ...(secret === null ? [] : [secret])].flatMap((text) => resolved(text, environment))
  return secretsIn(environment, [...values, ...values.flatMap(partsOf)])
}

function resolved(text: string, environment: EnvironmentVariables): string[] {
  try {
    return [resolveReferences(text, environment)]
  } catch (error) {
    // What is not there cannot be told.
    if (error instanceof MissingReference) return []
    throw error
  }
}

/** Host, path and query; of the path each piece long enough to be a token. */
function partsOf(value: string): string[] {
  if (!URL.canParse(value)) return []
  const { host, hostname, pathname, search, searchParams } = new URL(value)
  const pieces = [...pathname.split('/'), ...searchParams.values()].filter((piece) => piece.length >= 6)
  return [host, hostname, pathname, search, encodeURIComponent(value), ...pieces].filter((part) => part !== '/')
}
