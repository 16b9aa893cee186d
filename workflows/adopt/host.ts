import { ApplicationFailure } from '@temporalio/workflow'
import type { AdoptionSurvey } from '../../src/domain/adoption.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import { markerText } from '../../src/domain/marker.ts'
import { sampleLine } from '../../src/domain/reason.ts'
import { noteLogPositions } from '../hosts/processes.ts'
import type { Orderer } from '../people/prove-order.ts'
import { act, onHost } from '../proxies.ts'
import { type Live, newLive } from '../run/live.ts'
import { orderFor, type Run } from '../run/run.ts'
import { announceVerification, proveLive, runAllChecks } from '../verify.ts'
import type { AdoptionRequest, Surveyed } from './survey.ts'

export type Adopting = {
  run: Run
  request: AdoptionRequest & { confirmed: AdoptionSurvey }
  survey: Surveyed
  orderer: Orderer
  /** There is a row of it in the history. */
  opened: boolean
  /** What stays although it failed: it is true, and the next adoption goes on from there. */
  readonly written: string[]
}

/** Surveys once more, now with the claim in hand, and notes only what is still as the person confirmed it. */
export async function noteAll({ run, request, survey }: Adopting): Promise<void> {
  for (const found of survey.hosts) {
    const { host, releaseDirectory, processes, problems } = found
    if (problems.length > 0) throw refused(problems.map((problem) => `${host}: ${problem}`).join('\n'))
    const shown = request.confirmed.find((one) => one.host === host)
    if (identitiesOf(shown) !== identitiesOf(found)) {
      throw refused(`${host}: other processes run now than those that were confirmed; adopt again to see them`)
    }
    const names = processes.map((one) => `${one.process} ${one.pid}`).join(', ')
    const row = { id: `processes:${host}`, summary: names }
    const input = { order: orderFor(run, host), releaseDirectory, processes }
    await act(onHost(host, 'patient').noteProcesses, row, input)
  }
}

function identitiesOf(found: AdoptionSurvey[number] | undefined): string {
  const processes = found?.processes.map(({ process, pid, startTicks }) => `${process} ${pid} ${startTicks}`)
  return [found?.releaseDirectory, ...(processes ?? []).toSorted()].join('\n')
}

/** The service must be healthy and be the release it is said to be: later rollbacks will trust it as good. */
export async function proveAdopted({ run, survey }: Adopting): Promise<void> {
  const live = newLive(run.plan)
  for (const { host, releaseDirectory, configuration, marker } of survey.hosts) {
    live.releaseDirectories.set(host, releaseDirectory)
    live.configuration.set(
      host,
      configuration.filter(({ target }) => saysItself(live, target)),
    )
    live.markersLeft.set(host, marker ? markerText(marker) : '')
    await noteLogPositions(run, live, host)
  }
  const samples = await runAllChecks(run, live, true)
  const bad = samples.filter((sample) => sample.verdict !== 'passed')
  announceVerification(run, bad)
  if (bad.length > 0) throw refused(['it is not healthy:', ...bad.map((one) => `  ${sampleLine(one)}`)].join('\n'))
  await proveLive(run, live)
}

/** Only of files that the service can say it has loaded: Belay did not write the others, so nobody knows. */
function saysItself(live: Live, target: string): boolean {
  return live.plan.configuration.some((file) => file.target === target && file.loaded !== null)
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.refused, nonRetryable: true, message })
}
