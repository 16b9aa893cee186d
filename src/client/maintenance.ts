import { randomBytes } from 'node:crypto'
import type { AdoptionRequest } from '../../workflows/adopt/survey.ts'
import type { MarkerVerdict } from '../../workflows/marker/verify.ts'
import type { NoticeTest } from '../../workflows/people/notice.ts'
import type { SurveyRequest } from '../../workflows/rollback/survey.ts'
import type { CheckReport } from '../../workflows/short-runs/check-environment.ts'
import type { LogRead, LogsOf } from '../../workflows/short-runs/logs.ts'
import type { PreviewAsks } from '../../workflows/short-runs/preview.ts'
import type { RestoredAccepted } from '../../workflows/short-runs/restored.ts'
import type { AdoptionSurvey } from '../domain/adoption.ts'
import type { Freeze, FreezeOrder, Freezes } from '../domain/gate/freeze.ts'
import type { EnvironmentLock } from '../domain/host.ts'
import { taskQueue } from '../domain/id.ts'
import type { Order } from '../domain/identity/order.ts'
import type { LogAnswer, LogPiece } from '../domain/log/piece.ts'
import type { Marker } from '../domain/marker.ts'
import type { RestoredSurvey } from '../domain/migration/restored.ts'
import type { Plan } from '../domain/plan.ts'
import type { PreviewFacts } from '../domain/preview/facts.ts'
import type { RehearsalAnswer } from '../domain/rehearsal/answer.ts'
import type { RollbackSurvey } from '../domain/rollback/words.ts'
import type { Belay } from './client.ts'
import { type Patience, shortRun, usualSilenceMs } from './short-run.ts'
import { orderProof, type Signing } from './sign/signer.ts'
import { maintenanceTrouble, temporalTrouble } from './trouble.ts'

/**
 * Short runs beside the deployments: they read, lock or clear, and never hold the environment's workflow ID. `say`: told
 * which queue nobody answers on, while it is waited for. `signing`: who signs what changes an environment whose names must
 * be proven; null: nobody, and it is refused there.
 */
export function maintenance(
  belay: Belay,
  say: (text: string) => void = () => undefined,
  { silentMs = usualSilenceMs, signing = null }: { silentMs?: number; signing?: Signing | null } = {},
) {
  const execute = <T>(type: string, plan: Plan, input: unknown, limits: Limits = {}) =>
    run<T>(belay, { type, plan, input, ...limits }, { say, silentMs })
  /** Signed, where names must be proven. */
  const order = async <T>(type: string, plan: Plan, asked: Order, input: object): Promise<T> =>
    await execute<T>(type, plan, { plan, ...input, ...(await orderProof(plan, asked, signing)) })
  return {
    check: (plan: Plan): Promise<CheckReport> => execute('checkEnvironment', plan, plan),
    preview: (plan: Plan): Promise<PreviewFacts> =>
      execute('previewDeployment', plan, plan, { asks: { migrations: true } satisfies PreviewAsks }),
    rehearse: (plan: Plan): Promise<RehearsalAnswer> =>
      execute('rehearseRelease', plan, plan, { longestMs: rehearsalMs(plan) }),
    lock: (plan: Plan, lock: EnvironmentLock): Promise<void> =>
      order('lockEnvironment', plan, { action: 'lock', by: lock.by, lock }, { lock }),
    unlock: (plan: Plan, by: string): Promise<{ released: EnvironmentLock[] }> =>
      order('unlockEnvironment', plan, { action: 'unlock', by }, { by }),
    freeze: (plan: Plan, freeze: FreezeOrder): Promise<Freezes> =>
      order('freezeEnvironment', plan, { action: 'freeze', by: freeze.by, freeze }, { freeze }),
    unfreeze: (plan: Plan, all: boolean, by: string): Promise<{ ended: Freeze[]; left: Freezes }> =>
      order('unfreezeEnvironment', plan, { action: 'unfreeze', by, all }, { all, by }),
    createMarker: (plan: Plan, by: string): Promise<{ marker: Marker; until: string }> =>
      order('createMarker', plan, { action: 'marker create', by, ...plan.release }, { by }),
    verifyMarker: (plan: Plan, by: string): Promise<MarkerVerdict> =>
      order('verifyMarker', plan, { action: 'marker verify', by, ...plan.release }, { by }),
    showMarker: (plan: Plan): Promise<{ host: string; marker: Marker | null; problem: string | null }[]> =>
      execute('showMarker', plan, plan),
    testNotices: (plan: Plan, by: string): Promise<NoticeTest[]> => execute('testNotices', plan, { plan, by }),
    surveyAdoption: (request: AdoptionRequest): Promise<AdoptionSurvey> =>
      execute('surveyAdoption', request.plan, request),
    surveyRestored: (plan: Plan): Promise<RestoredSurvey> => execute('surveyRestored', plan, plan),
    acceptRestored: (plan: Plan, shown: RestoredSurvey, by: string, reason: string): Promise<RestoredAccepted> =>
      order('acceptRestored', plan, { action: 'restored', by, shown, reason }, { shown, by, reason }),
    surveyRollback: (request: SurveyRequest): Promise<RollbackSurvey> =>
      execute('surveyRollback', request.plan, request, { longestMs: glanceMs }),
    listLogs: (plan: Plan, of: LogsOf): Promise<LogAnswer[]> => execute('listLogs', plan, { plan, ...of }),
    readLog: (plan: Plan, of: LogsOf, read: LogRead): Promise<LogPiece> =>
      execute('readLog', plan, { plan, ...of, ...read }),
    clear: (plan: Plan, version: string, by: string, reason: string): Promise<{ cleared: readonly unknown[] }> =>
      order('clearRelease', plan, { action: 'clear', by, version, reason }, { version, by, reason }),
  }
}

/** Nothing here is worth waiting for longer: a person is at the other end. */
const shortMs = 120_000

/** Somebody who wants back now is not kept by a host that does not answer. */
const glanceMs = 10_000

/** A build of a clean checkout, the rehearsal itself, and an agent that is just being started. */
function rehearsalMs({ layout, database }: Plan): number {
  return layout.buildTimeoutMs + (database?.rehearsal?.timeoutMs ?? 0) + 5 * shortMs
}

type Limits = { longestMs?: number; asks?: unknown }
type Asked = Limits & { type: string; plan: Plan; input: unknown }

/** Throws `Held`, `Refused`, `Usage` or `Unreachable` where the run failed for a reason a person can act on. */
async function run<T>(
  belay: Belay,
  { type, plan, input, longestMs = shortMs, asks }: Asked,
  patience: Patience,
): Promise<T> {
  const options = {
    args: [input, asks] satisfies [unknown, unknown],
    taskQueue,
    workflowId: `${type}:${plan.service}:${plan.environment}:${randomBytes(4).toString('hex')}`,
    workflowExecutionTimeout: longestMs,
  }
  try {
    return await shortRun<T>(belay, type, options, patience)
  } catch (error) {
    throw temporalTrouble(maintenanceTrouble(error), belay.namespace)
  }
}
