import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'

/** Makes a host obey this run alone. `takeOver`: also where a run that ended half way still holds it. */
export async function claim(run: Run, host: string, takeOver: boolean): Promise<void> {
  await named('claim', host, async () => {
    const row = { id: `claim:${host}`, summary: `${host} for ${run.plan.deployment}` }
    const input = { order: orderFor(run, host), phase: run.phase, takeOver }
    const { fence } = await act(onHost(host, 'patient').claimHost, row, input)
    run.fences.set(host, fence)
  })
}

/** Ends this run's claim on a host that it has not changed: its records stay the ones that are there. */
export async function giveBackClaim(run: Run, host: string, row: { id: string; summary: string }): Promise<void> {
  await act(onHost(host, 'patient').finishHost, row, { order: orderFor(run, host), records: null })
}
