import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run.ts'

/** Every host can go back: its target is there, still built, and a restore point can be captured. */
export async function wayBack(run: Run): Promise<{ ok: boolean; detail: string }> {
  const answers = await Promise.all(
    run.plan.hosts.map((host) => {
      const row = { id: `way back:${host}`, summary: `${host}: target exists, restore point can be captured` }
      return act(onHost(host, 'probe').checkWayBack, row, { order: orderFor(run, host), plan: run.plan })
    }),
  )
  return joined(run, answers)
}

/** What every host said, as one answer. */
export function joined(run: Run, answers: readonly { ok: boolean; detail: string }[]): { ok: boolean; detail: string } {
  const detail = answers.map((one, index) => `${run.plan.hosts[index]}: ${one.detail}`).join('; ')
  return { ok: answers.every((one) => one.ok), detail }
}
