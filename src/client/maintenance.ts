import { randomBytes } from 'node:crypto'
import type { AdoptionRequest } from '../../workflows/adopt-survey.ts'
import type { CheckReport } from '../../workflows/check-environment.ts'
import type { FreezeOrder } from '../../workflows/freeze.ts'
import type { LogRead, LogsOf } from '../../workflows/logs.ts'
import type { MarkerVerdict } from '../../workflows/manual-marker.ts'
import type { NoticeTest } from '../../workflows/notice.ts'
import type { AdoptionSurvey } from '../domain/adoption.ts'
import type { Freeze, Freezes } from '../domain/gate/freeze.ts'
import type { EnvironmentLock } from '../domain/host.ts'
import { taskQueue } from '../domain/id.ts'
import type { LogAnswer, LogPiece } from '../domain/log-piece.ts'
import type { Marker } from '../domain/marker.ts'
import type { Plan } from '../domain/plan.ts'
import type { PreviewFacts } from '../domain/preview/facts.ts'
import type { RehearsalAnswer } from '../domain/rehearsal/answer.ts'
import type { Belay } from './client.ts'
import { maintenanceTrouble, temporalTrouble } from './trouble.ts'

/** Short runs beside the deployments: they read, lock or clear, and never hold the environment's workflow ID. */
export function maintenance(belay: Belay) {
  return {
    check: (plan: Plan): Promise<CheckReport> => execute(belay, 'checkEnvironment', plan, plan),
    preview: (plan: Plan): Promise<PreviewFacts> => execute(belay, 'previewDeployment', plan, plan),
    rehearse: (plan: Plan): Promise<RehearsalAnswer> =>
      execute(belay, 'rehearseRelease', plan, plan, rehearsalMs(plan)),
    lock: (plan: Plan, lock: EnvironmentLock): Promise<void> => execute(belay, 'lockEnvironment', plan, { plan, lock }),
    unlock: (plan: Plan, by: string): Promise<{ released: EnvironmentLock[] }> =>
      execute(belay, 'unlockEnvironment', plan, { plan, by }),
    freeze: (plan: Plan, freeze: FreezeOrder): Promise<Freezes> =>
      execute(belay, 'freezeEnvironment', plan, { plan, freeze }),
    unfreeze: (plan: Plan, all: boolean, by: string): Promise<{ ended: Freeze[]; left: Freezes }> =>
      execute(belay, 'unfreezeEnvironment', plan, { plan, all, by }),
    createMarker: (plan: Plan, by: string): Promise<{ marker: Marker; until: string }> =>
      execute(belay, 'createMarker', plan, { plan, by }),
    verifyMarker: (plan: Plan, by: string): Promise<MarkerVerdict> =>
      execute(belay, 'verifyMarker', plan, { plan, by }),
    showMarker: (plan: Plan): Promise<{ host: string; marker: Marker | null; problem: string | null }[]> =>
      execute(belay, 'showMarker', plan, plan),
    testNotices: (plan: Plan, by: string): Promise<NoticeTest[]> => execute(belay, 'testNotices', plan, { plan, by }),
    surveyAdoption: (request: AdoptionRequest): Promise<AdoptionSurvey> =>
      execute(belay, 'surveyAdoption', request.plan, request),
    listLogs: (plan: Plan, of: LogsOf): Promise<LogAnswer[]> => execute(belay, 'listLogs', plan, { plan, ...of }),
    readLog: (plan: Plan, of: LogsOf, read: LogRead): Promise<LogPiece> =>
      execute(belay, 'readLog', plan, { plan, ...of, ...read }),
    clear: (plan: Plan, version: string, by: string, reason: string): Promise<{ cleared: readonly unknown[] }> =>
      execute(belay, 'clearRelease', plan, { plan, version, by, reason }),
  }
}

/** Nothing here is worth waiting for longer: a person is at the other end. */
const shortMs = 120_000

/** A build of a clean checkout, the rehearsal itself, and an agent that is just being started. */
function rehearsalMs({ layout, database }: Plan): number {
  return layout.buildTimeoutMs + (database?.rehearsal?.timeoutMs ?? 0) + 5 * shortMs
}

/** Throws `Held`, `Refused`, `Usage` or `Unreachable` where the run failed for a reason a person can act on. */
async function execute<T>(belay: Belay, type: string, plan: Plan, input: unknown, longestMs = shortMs): Promise<T> {
  try {
    return await belay.temporal.workflow.execute<(given: unknown) => Promise<T>>(type, {
      args: [input],
      taskQueue,
      workflowId: `${type}:${plan.service}:${plan.environment}:${randomBytes(4).toString('hex')}`,
      workflowExecutionTimeout: longestMs,
    })
  } catch (error) {
    throw temporalTrouble(maintenanceTrouble(error), belay.namespace)
  }
}
