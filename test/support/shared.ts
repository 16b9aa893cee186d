import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `global-setup.ts` answers what the tests of one run share. */
    sharedServices: string
  }
}

export type SharedService = 'postgres' | 'temporal' | 'namespace' | 'workflow-bundle' | 'port'

/** What all tests of this run share, started when the first of them asks for it. */
export async function shared(service: SharedService): Promise<string> {
  const response = await fetch(new URL(`/${service}`, inject('sharedServices')))
  const answer = await response.text()
  if (!response.ok) throw new Error(`${service}: ${answer}`)
  return answer
}
