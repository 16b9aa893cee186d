import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import { deploymentEndOf } from '../../src/domain/log/entry.ts'
import { adoptCommand } from '../../src/domain/next-command.ts'
import { giveBackClaim } from '../hosts/claim.ts'
import { act, onHost, recordNow } from '../proxies.ts'
import { now, orderFor } from '../run/run.ts'
import { failureType, messageOf } from '../run/trouble.ts'
import type { Adopting } from './host.ts'

/** An adoption that failed: its notes and claims are given back. Answers with the failure that says what is left. */
export async function giveBack(adopting: Adopting, error: unknown): Promise<ApplicationFailure> {
  const { run, written } = adopting
  const left: string[] = []
  for (const host of run.fences.keys()) {
    await freed(adopting, host).catch((problem: unknown) => left.push(`${host}: ${messageOf(problem)}`))
  }
  const next = `Next: mend it, then ${adoptCommand(run.plan.environment, run.plan.release.version)} again`
  const claims = left.length === 0 ? '' : ` Claims are left (${left.join('; ')}); the next adoption takes them over.`
  const state = written.length === 0 ? 'Nothing was changed.' : `Written, and true: ${written.join(', ')}.`
  const message = `${messageOf(error)}\n${state}${claims} ${next}`
  await closed(adopting, message)
  return ApplicationFailure.create({ type: typeOf(error), nonRetryable: true, message })
}

async function freed({ run }: Adopting, host: string): Promise<void> {
  const order = orderFor(run, host)
  await act(onHost(host, 'patient').forgetProcesses, { id: `forget:${host}`, summary: 'notes taken back' }, { order })
  await giveBackClaim(run, host, { id: `give back:${host}`, summary: 'claim given back' })
}

/** A row that was opened says how it ended, if the history answers soon. */
async function closed({ run, request, opened }: Adopting, sentence: string): Promise<void> {
  if (!opened) return
  const { release, environment, deployment } = run.plan
  const about = { startedAs: 'manual', outcome: 'REFUSED', changed: false, lastCheck: null } as const
  const end = deploymentEndOf(
    { ...about, release, environment, deployedBy: request.by, at: now() },
    { sentence, reason: null, marker: null },
  )
  await act(recordNow.closeRecord, { id: 'close record', summary: 'REFUSED' }, { deployment, end }).catch(
    () => undefined,
  )
}

/** What a person can act on keeps its kind; everything else is a refusal with its words. */
function typeOf(error: unknown): string {
  const type = failureType(error)
  const known = [failureTypes.hostHeld, failureTypes.invalid, failureTypes.historyAway]
  return known.find((each) => each === type) ?? failureTypes.refused
}
