import { act, onHost } from './proxies.ts'
import { orderFor, type Run, Trouble } from './run.ts'
import { named } from './trouble.ts'

/** The service's own assertions and the structure: constraints validated, no invalid index. */
export async function checkIntegrity(run: Run): Promise<string> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return 'no database'
  const { results } = await named('checkIntegrity', host, () =>
    act(
      onHost(host, 'patient').checkIntegrity,
      { id: 'integrity', summary: 'structure and the service’s own queries' },
      { order: orderFor(run, host), database },
    ),
  )
  const bad = results.filter((result) => result.verdict !== 'passed')
  if (bad.length > 0) {
    const detail = bad.map((result) => `${result.name}: expected ${result.expected}, got ${result.got}`).join('; ')
    throw new Trouble({ kind: 'not_proven', what: 'data integrity', host, detail })
  }
  return `${results.length} assertions hold: ${results.map((result) => result.name).join(', ')}`
}
