import { ApplicationFailure } from '@temporalio/workflow'
import { type AdoptedSchema, type AdoptionSurvey, isAdoption, type NamedProcess } from '../../src/domain/adoption.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostState } from '../../src/domain/host.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { reasonLine } from '../../src/domain/reason.ts'
import { inspect } from '../hosts/inspect.ts'
import { act, onHost, recordNow } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { failureType, messageOf } from '../run/trouble.ts'

/** `plan.release` is what runs; `from`: where, when no `current` leads there. */
export type AdoptionRequest = {
  plan: Plan
  from: string | null
  named: readonly NamedProcess[]
  by: string
  /** Shows that `by` asked for it; absent: nobody proved it. */
  proof?: Proof
}

export type Surveyed = { hosts: AdoptionSurvey; states: ReadonlyMap<string, HostState> }

/** Looks at the environment and every host. Throws where it is held, or where there is nothing left to adopt. */
export async function surveyAll(run: Run, request: AdoptionRequest): Promise<Surveyed> {
  await requireUnlocked(run)
  const states = new Map<string, HostState>()
  for (const host of run.plan.hosts) states.set(host, await freeHost(run, host))
  const hosts = await Promise.all(run.plan.hosts.map((host) => surveyOne(run, request, host, states.get(host))))
  if (hosts.every((one) => one.ofRecord && one.noted)) throw ofRecord(run.plan.release.version)
  return { hosts, states }
}

/** A person's hold, or Belay's own after a rollback that failed, is ended first. */
export async function requireUnlocked(run: Run): Promise<void> {
  const { service, environment, release } = run.plan
  const row = { id: 'environment', summary: 'locks' }
  const { lock } = await act(recordNow.readEnvironment, row, { service, environment, ...release })
  if (lock) throw held(`${environment} is ${reasonLine({ kind: 'locked', lock })}. Next: belay unlock ${environment}`)
}

/** Refuses a host with a lock, a claim or another version of record. What an earlier adoption left is no obstacle. */
async function freeHost(run: Run, host: string): Promise<HostState> {
  const { environment, release } = run.plan
  const state = await inspect(run, host, `${host}: free, and what it has kept`)
  const { claim, lock } = state
  if (claim && claim.deployment !== run.plan.deployment && !isAdoption(claim)) {
    const since = `(phase ${claim.phase}, since ${claim.since})`
    throw held(`${host} holds unfinished ${claim.deployment} ${since}. Next: belay rollback ${environment}`)
  }
  if (lock) throw held(`${host} is ${reasonLine({ kind: 'locked', lock })}. Next: belay unlock ${environment}`)
  const [record] = state.records
  if (record && (record.outcome !== 'ADOPTED' || record.release.commit !== release.commit)) {
    throw ofRecord(record.release.version)
  }
  return state
}

async function surveyOne(run: Run, request: AdoptionRequest, host: string, state: HostState | undefined) {
  const row = { id: `survey:${host}`, summary: `${run.plan.release.version}: processes, configuration, marker` }
  const named = request.named.filter((each) => each.host === null || each.host === host)
  const { plan, from } = request
  const input = { order: orderFor(run, host), plan, from, named }
  try {
    const found = await act(onHost(host, 'probe').surveyHost, row, input)
    const schema = host === plan.hosts[0] ? await schemaOf(run, host, found.releaseDirectory) : null
    return { ...found, ofRecord: state?.records[0] !== undefined, schema }
  } catch (error) {
    const type = failureType(error) === failureTypes.invalid ? failureTypes.invalid : failureTypes.refused
    throw ApplicationFailure.create({ type, nonRetryable: true, message: `${host}: ${messageOf(error)}` })
  }
}

async function schemaOf(run: Run, host: string, releaseDirectory: string): Promise<AdoptedSchema | null> {
  const { database } = run.plan
  if (!database) return null
  const row = { id: 'schema', summary: 'what is applied now' }
  const input = { order: orderFor(run, host), database, releaseDirectory }
  return await act(onHost(host, 'probe').adoptSchema, row, input)
}

function ofRecord(version: string): ApplicationFailure {
  const message = `${version} is the version of record; nothing to adopt. Next: belay deploy <version>`
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}

function held(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.hostHeld, nonRetryable: true, message })
}
