import { CancellationScope, patched, upsertMemo, workflowInfo } from '@temporalio/workflow'
import type { Verdict } from '../../activities/identity/activities.ts'
import { broken, held } from '../../src/domain/gate/finding.ts'
import { isSamePerson } from '../../src/domain/gate/same-person.ts'
import {
  commandFor,
  messageStatement,
  provenMemo,
  rollbackStatement,
  staleness,
  unsigned,
} from '../../src/domain/identity/identity.ts'
import { aboutOf, type NewProof } from '../../src/domain/identity/taken-proof.ts'
import type { Message } from '../../src/domain/message.ts'
import { act, proving, provingStart } from '../proxies.ts'
import type { RollbackRequest } from '../rollback/by-hand.ts'
import { Trouble } from '../run/interrupt.ts'
import { keepProof, note, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/** true: in this environment a name without a signature is worth nothing. */
export function demandsProof({ plan }: Run): boolean {
  return plan.identity === 'ssh'
}

/** Why a message is worth nothing before anybody verifies it: unsigned, too old, or taken already. null: it may be. */
export function proofRefusal(run: Run, message: Message): string | null {
  if (!demandsProof(run)) return null
  const { environment } = run.plan
  const { proof, by, name } = message
  if (!proof) return unsigned(`${name} by ${by}`, environment, commandFor(message, environment))
  const stale = staleness(proof, Date.now())
  if (stale !== null) return stale
  return run.proofs.has(statementOf(run, message)) ? 'this signature was used already: a replay changes nothing' : null
}

/**
 * Asks a worker that keeps the keys; never throws. A statement counts as used from the moment it is being verified, so
 * that the second of two copies sent at once is a replay. One that turned out unproven may come again, rightly signed.
 */
export async function prove(run: Run, message: Message): Promise<{ refusal: string } | { proof: NewProof }> {
  const statement = statementOf(run, message)
  const { by, name, proof: { signature, at: signedAt } = { signature: '', at: '' } } = message
  run.proofs.add(statement)
  const proven = await proofOf(run, { statement, by, signature, name })
  if ('refusal' in proven) {
    run.proofs.delete(statement)
    return proven
  }
  if (statementOf(run, message) !== statement) return { refusal: 'the question was asked again meanwhile' }
  const { key } = proven
  return { proof: { action: name, about: aboutOf(message), by, key, signedAt, statement, signature } }
}

type Signed = { statement: string; by: string; signature: string; name: string }

async function proofOf(run: Run, { name, ...signed }: Signed): Promise<{ refusal: string } | { key: string | null }> {
  const row = { id: `prove ${name}`, summary: `${signed.by} signed this ${name}` }
  try {
    // A run that is being cancelled still has to know who says the next thing to it.
    const verdict = await CancellationScope.nonCancellable(() => act(proving.verifyProof, row, signed))
    if (!verdict.proven) return { refusal: `not proven to be ${signed.by}: ${verdict.why}` }
    const refusal = otherName(run, verdict, signed.by)
    return refusal === null ? { key: verdict.key ?? null } : { refusal }
  } catch (error) {
    const next = `belay status ${run.plan.environment}, then again`
    return { refusal: `who says it could not be verified: ${messageOf(error)}; next: ${next}` }
  }
}

/** Keeps the proof of who starts a run; answers why it is none, or null. */
export function takeStart(run: Run, verdict: Verdict, said: Omit<NewProof, 'action' | 'key'>): string | null {
  if (!verdict.proven) return `not proven to be ${said.by}: ${verdict.why}`
  const why = otherName(run, verdict, said.by)
  if (why === null) keepProof(run, { action: 'start', key: verdict.key ?? null, ...said })
  return why
}

/** One key is one person: who has started or signed here under one name cannot come back under another. */
function otherName(run: Run, { key }: { key?: string }, by: string): string | null {
  const known = key === undefined ? undefined : run.keys.get(key)
  if (known !== undefined && !isSamePerson(known, by)) {
    return `signed with the key of ${known}, who has spoken in this run already: expected another person, or that name`
  }
  if (key !== undefined) run.keys.set(key, by)
  return null
}

function statementOf({ plan, waitingFor }: Run, message: Message): string {
  const { service, environment, digest: planDigest } = plan
  const to = { service, environment, planDigest, askedAt: waitingFor?.since ?? null }
  return messageStatement(message, to, message.proof?.at ?? '')
}

/**
 * For whoever finds the environment busy and asks no worker. The run's own id is what nobody knows before it has begun, so
 * that a memo which somebody starts a run with proves nothing. Runs of earlier versions are replayed as they were.
 */
export function sayPerformerProven({ runId }: Run): void {
  if (patched('memo-says-proven')) upsertMemo({ [provenMemo]: runId })
}

/**
 * Who asks for a rollback, before anything is looked at or touched. Needs no Postgres: a replay of one that has begun is
 * refused by the hosts, which know its id under another run. Throws {@link Trouble} with what to do.
 */
export async function proveRequester(run: Run, request: RollbackRequest): Promise<void> {
  const why = demandsProof(run) ? await whyUnprovenRollback(run, request) : await whyDemanded(run)
  if (why !== null) {
    const next = `belay rollback ${run.plan.environment}, with your SSH key`
    run.performer = broken('performer', why, { next })
    throw new Trouble({ kind: 'gate', items: [{ item: 'performer', why, next }] })
  }
  if (!demandsProof(run)) return
  run.performer = held('performer', `${request.by} (ssh)`)
  note(run, 'message', `started by ${request.by} (ssh)`, { performerProven: true })
  sayPerformerProven(run)
}

async function whyUnprovenRollback(run: Run, request: RollbackRequest): Promise<string | null> {
  const { by, proof, plan } = request
  if (!proof) return `${by} did not sign this rollback; ${plan.environment} demands it (identity: ssh)`
  if (plan.performer !== by) return `asked for by ${by}, but started as ${plan.performer}: expected one name`
  const stale = staleness(proof, workflowInfo().startTime.getTime())
  if (stale !== null) return stale
  try {
    const row = { id: 'prove performer', summary: `${by} signed this rollback` }
    const signed = { statement: rollbackStatement(request, proof.at), by, signature: proof.signature }
    const verdict = await act(provingStart.verifyStart, row, { ...signed, plan, runId: run.runId, once: false })
    return takeStart(run, verdict, { about: 'rollback', signedAt: proof.at, ...signed })
  } catch (error) {
    return `who asks for it could not be verified: ${messageOf(error)}`
  }
}

/** Rollbacks of earlier versions asked nobody; theirs are replayed as they were. */
async function whyDemanded(run: Run): Promise<string | null> {
  if (!patched('rollbacks-ask-who')) return null
  const { environment } = run.plan
  try {
    const row = { id: 'names', summary: `whether names must be proven in ${environment}` }
    if (!(await act(provingStart.demandsProof, row, { environment }))) return null
    return `this worker demands proven names in ${environment} (BELAY_SSH_ENVIRONMENTS), and the request has identity: claimed; write identity: ssh for it in belay.yaml`
  } catch (error) {
    // Going back is exempt from whatever stands in its way; where the plan itself says `ssh` it was asked above.
    note(run, 'message', `whether names must be proven here could not be asked, so it goes on: ${messageOf(error)}`)
    return null
  }
}
