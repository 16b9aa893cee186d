import { act, onHost, record } from '../proxies.ts'
import { later } from '../record/records.ts'
import { note, now, orderFor, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/** While a person is needed nobody else deploys: kept on the hosts, which need no Postgres, and in the history. */
export async function lockHosts(run: Run, reason: string): Promise<void> {
  const lock = { reason: reason.slice(0, 500), by: 'belay', since: now(), until: null }
  await Promise.all(
    run.plan.hosts.map(async (host) => {
      try {
        await act(
          onHost(host, 'probe').holdHost,
          { id: `hold:${host}`, summary: reason },
          { order: orderFor(run, host), lock },
        )
        run.hostsHeld = true
      } catch (error) {
        note(run, 'failure', `${host} could not be locked: ${messageOf(error)}`)
      }
    }),
  )
  const { service, environment } = run.plan
  const input = { service, environment, ...lock, kind: 'rollback_failed' as const, deployment: run.plan.deployment }
  later(run, () => act(record.lockEnvironment, { id: 'lock', summary: reason }, input))
}

/** The hold of a rollback that had to wait, once it is complete. */
export async function unlockHosts(run: Run): Promise<void> {
  if (!run.events.some((event) => event.text.startsWith('waits: '))) return
  run.hostsHeld = false
  const row = (host: string) => ({ id: `unlock:${host}`, summary: 'the rollback is complete' })
  for (const host of run.plan.hosts) {
    try {
      await act(onHost(host, 'probe').unlockHost, row(host), { order: orderFor(run, host) })
    } catch (error) {
      note(run, 'failure', `${host} is back but still locked (next: belay unlock): ${messageOf(error)}`)
    }
  }
  const { service, environment } = run.plan
  const input = { service, environment, by: 'belay', at: now(), kind: 'rollback_failed' as const }
  later(run, () => act(record.unlockEnvironment, { id: 'unlock', summary: 'the rollback is complete' }, input))
}
