import { CancellationScope } from '@temporalio/workflow'
import { type Adoption, type AdoptionSurvey, adoptionPhase, isAdoption } from '../../src/domain/adoption.ts'
import { adoptionOrder } from '../../src/domain/identity/order.ts'
import { proveOrder } from '../people/prove-order.ts'
import { act, onHost } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { orderFor } from '../run/run.ts'
import { giveBack } from './back.ts'
import { type Adopting, noteAll, proveAdopted } from './host.ts'
import { recordAdoption } from './record.ts'
import { type AdoptionRequest, surveyAll } from './survey.ts'

/** What every host runs, and whether it could be adopted. Changes nothing. */
export async function surveyAdoption(request: AdoptionRequest): Promise<AdoptionSurvey> {
  return (await surveyAll(openRun(request.plan, 'rollback'), request)).hosts
}

/**
 * Takes a running service that Belay never deployed as version of record, so that the first deployment has a way back
 * to it. Nothing of it is stopped, started or changed; what is written is Belay's own, and a marker where there is none.
 * It has no time limit: a worker that dies is waited for. What fails is given back, claim and notes.
 */
export async function adopt(request: AdoptionRequest & { confirmed: AdoptionSurvey }): Promise<Adoption> {
  return await CancellationScope.nonCancellable(() => story(request))
}

async function story(request: AdoptionRequest & { confirmed: AdoptionSurvey }): Promise<Adoption> {
  const orderer = await proveOrder(request.plan, adoptionOrder(request), request.proof)
  const run = openRun(request.plan, 'rollback')
  const adopting: Adopting = {
    run,
    request,
    orderer,
    survey: await surveyAll(run, request),
    opened: false,
    written: [],
  }
  try {
    for (const host of request.plan.hosts) await claim(adopting, host)
    await noteAll(adopting)
    await proveAdopted(adopting)
    return await recordAdoption(adopting)
  } catch (error) {
    throw await giveBack(adopting, error)
  }
}

/** Of this environment only one adoption runs at a time: the claim of another one is left by one that was ended. */
async function claim({ run, survey }: Adopting, host: string): Promise<void> {
  const left = survey.states.get(host)?.claim ?? null
  const row = { id: `claim:${host}`, summary: `${host} for ${run.plan.deployment}` }
  const input = { order: orderFor(run, host), phase: adoptionPhase, takeOver: left !== null && isAdoption(left) }
  const { fence } = await act(onHost(host, 'patient').claimHost, row, input)
  run.fences.set(host, fence)
}
