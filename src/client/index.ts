/**
 * Belay as a library: start a deployment, follow it, sign, answer, bring it back.
 *
 * ```ts
 * import { connect } from 'belay'
 *
 * const belay = await connect()
 * const run = await belay.deploy({ environment: 'production', version: '1.2.3', by: 'ci@example.com' })
 * for await (const event of run.follow()) console.log(event.at, event.text)
 * const { outcome, sentence } = await run.end()
 * await belay.close()
 * ```
 *
 * Times are RFC 3339 in UTC; durations are milliseconds (`...Ms`) or a text such as `10m`.
 * @module
 */
export type { CheckReason, Sample } from '../domain/check.ts'
export type { ItemAddress, ItemRecord, ItemState, PreItem } from '../domain/checklist.ts'
export type { RunEnd } from '../domain/end/run-end.ts'
export type { DecisionAnswer, Receipt } from '../domain/message.ts'
export type { Outcome, Phase } from '../domain/outcome.ts'
export { exitCodeOf } from '../domain/outcome.ts'
export type { Plan } from '../domain/plan.ts'
export type { PlanReport } from '../domain/preview/report.ts'
export type { Reason } from '../domain/reason.ts'
export type { RunEvent, RunStatus, Waiting } from '../domain/status.ts'
export {
  type BelayClient,
  connect,
  type DeployRequest,
  type DrillRequest,
  type ReadyPlan,
  type RollbackRequest,
} from './belay-client.ts'
export type { Environment } from './client.ts'
export type { By, ByWithReason, DeploymentRun } from './deployment-run.ts'
export { Busy, type BusyHolder, Held, Refused, Unreachable, Usage } from './errors.ts'
export { ciRequestId } from './request.ts'
export { UnknownEnd } from './run-end.ts'
export type { Signer } from './sign/signer.ts'
export { sshSigner } from './sign/ssh-signer.ts'
