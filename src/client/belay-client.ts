import { resolve } from 'node:path'
import { createGit } from '../../activities/git/git.ts'
import type { PreItem } from '../domain/checklist.ts'
import type { Plan } from '../domain/plan.ts'
import type { PlanReport } from '../domain/preview/report.ts'
import { type Belay, connect as connectToTemporal, type Environment } from './client.ts'
import { type DeploymentRun, deploymentRun } from './deployment-run.ts'
import { requireDrillsAllowed } from './drill-permission.ts'
import type { BusyHolder } from './errors.ts'
import { environmentPlan, newDeploymentId, preparePlan } from './prepare.ts'
import { preview } from './preview.ts'
import type { Wanted } from './request.ts'
import type { Run } from './run.ts'
import { requireSamePlan } from './same-plan.ts'
import { provenPlan, provenRollback, type Signer, type Signing } from './sign/signer.ts'
import { superseding } from './supersede.ts'
import { requireWorkers } from './workers.ts'

/** What is to be made live, where, and who says so. */
export type DeployRequest = {
  /** Path of `belay.yaml`, relative to the working directory (default: `belay.yaml` in it). */
  file?: string
  environment: string
  /** A version whose tag exists, or any version together with `commit`. */
  version: string
  /** 40 hex digits: the commit that gets the version; its tag is made after the gate. */
  commit?: string
  /** Shown as claimed, unless the environment has names proven. */
  by: string
  /** The same id for the same release never starts a second run: it is attached to, whether it is open or has ended. */
  requestId?: string
  /** Links that answer checklist items of the gate, as claimed by `by`. */
  evidence?: readonly { item: PreItem; url: string }[]
  /** Safety rules that are overridden, with the reason: they stay on the record. */
  ignore?: readonly { rule: string; reason: string }[]
  /** The digest of the plan that was shown before, or its first 12 digits: with another plan, `Refused`. */
  planDigest?: string
  /** End an older release that waits at its gate, and take its place. One that is past its gate stays `Busy`. */
  supersede?: boolean
}

/** A release that is deployed and taken back on purpose; its tag must exist. */
export type DrillRequest = Pick<DeployRequest, 'file' | 'environment' | 'version' | 'by' | 'requestId'>

export type RollbackRequest = {
  file?: string
  environment: string
  by: string
  reason: string
  /** An earlier version (default: the release before the version of record). */
  to?: string
  /** Bring only this back (default: code, database and configuration). */
  only?: 'database' | 'configuration'
  requestId?: string
}

/** A plan that was made before, e.g. to be shown first. */
export type ReadyPlan = { plan: Plan; requestId?: string; supersede?: boolean }

/** A connection to Temporal, where the runs live. */
export type BelayClient = {
  /**
   * Starts a deployment. Throws `Usage` with every problem of the configuration, `Busy` with who holds the environment,
   * `Unreachable` when Temporal, the worker or a host's agent does not answer; nothing was started then.
   */
  deploy(request: DeployRequest | ReadyPlan): Promise<DeploymentRun>
  /**
   * Starts a drill: deploys the release, takes it back on purpose and proves both ends (`wayBackMs` of its end). Throws
   * likewise, and `Usage` where the environment does not allow drills.
   */
  drill(request: DrillRequest): Promise<DeploymentRun>
  /** Starts a rollback of what has been deployed, now or days later. Throws likewise; an open run is `Busy`. */
  rollback(request: RollbackRequest): Promise<DeploymentRun>
  /** The latest run of an environment, open or ended; null: there never was one. */
  attach(
    where: { service: string; environment: string } | { file?: string; environment: string },
  ): Promise<DeploymentRun | null>
  /** What a deployment would do, as data; starts nothing. Throws `Usage` with every problem. */
  plan(request: DeployRequest): Promise<Plan>
  /**
   * The same for people: changes, steps and how each is undone, rules, who must sign, how long it may take, and whether
   * it could start now. Asks the workers, changes nothing. Throws `Usage` and `Unreachable` as `deploy` does.
   */
  preview(request: DeployRequest | ReadyPlan): Promise<PlanReport>
  /** Every open run of the Temporal namespace. */
  listOpen(): Promise<BusyHolder[]>
  close(): Promise<void>
  /** `await using belay = await connect()` closes by itself (Node 24). */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Connects to Temporal by `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS*` of the given
 * variables, or the profile in Temporal's own configuration file. Throws `Unreachable` within five seconds. `signer`
 * proves who `by` is where an environment demands it (`identity: ssh`): {@link sshSigner}, or one of your own.
 */
export async function connect(
  environment: Environment = process.env,
  { signer }: { signer?: Signer } = {},
): Promise<BelayClient> {
  const signing = signer ? { signer, now: () => new Date() } : null
  const belay = await connectToTemporal(environment)
  const plan = (request: DeployRequest) => planOf(request, environment)
  return {
    plan,
    preview: async (request) => await preview(belay, 'plan' in request ? request.plan : await plan(request)),
    async deploy(request) {
      const ready = 'plan' in request ? request.plan : await plan(request)
      const asked = {
        plan: ready,
        requestId: request.requestId,
        wanted: { kind: 'deployment', ...ready.release } as const,
      }
      const begin = async () =>
        await belay.deploy(signing ? await provenPlan(ready, 'deploy', signing) : ready, request.requestId)
      const replacing = () => superseding(belay, ready, begin, undefined, signing)
      return await start(belay, asked, signing, request.supersede ? replacing : begin)
    },
    drill: async (request) => await drill(belay, await plan(request), signing, request.requestId),
    rollback: (request) => rollback(belay, request, signing),
    async attach(where) {
      const service = 'service' in where ? where.service : await serviceOf(where)
      const run = await belay.attach(service, where.environment)
      return run && deploymentRun(run, true, signing)
    },
    listOpen: () => belay.listOpen(),
    close: () => belay.close(),
    [Symbol.asyncDispose]: () => belay.close(),
  }
}

type Asked = { plan: Plan; requestId?: string; wanted: Wanted }

/** A run that nobody takes helps nobody: workers are asked for, but not for what this request has started already. */
async function start(
  belay: Belay,
  { plan, requestId, wanted }: Asked,
  signing: Signing | null,
  begin: () => Promise<Run>,
): Promise<DeploymentRun> {
  const before = requestId === undefined ? null : await belay.requested(plan, requestId, wanted)
  if (before) return deploymentRun(before, true, signing)
  await requireWorkers(belay, plan)
  const run = await begin()
  return deploymentRun(run, run.deployment !== plan.deployment, signing)
}

async function drill(belay: Belay, plan: Plan, signing: Signing | null, requestId?: string): Promise<DeploymentRun> {
  requireDrillsAllowed(plan)
  const asked = { plan, requestId, wanted: { kind: 'drill', ...plan.release } as const }
  const begin = async () => await belay.drill(signing ? await provenPlan(plan, 'drill', signing) : plan, requestId)
  return await start(belay, asked, signing, begin)
}

async function rollback(belay: Belay, request: RollbackRequest, signing: Signing | null): Promise<DeploymentRun> {
  const { by, reason, to = null, only = 'all', requestId } = request
  const plan = await environmentPlan(fileOf(request), request.environment, by, newDeploymentId('rollback'))
  const asked = { plan, requestId, wanted: { kind: 'rollback', to, only } as const }
  const wish = { plan, to, only, by, reason } as const
  const begin = async () => await belay.rollback(signing ? await provenRollback(wish, signing) : wish, requestId)
  return await start(belay, asked, signing, begin)
}

async function planOf(request: DeployRequest, environment: Environment): Promise<Plan> {
  const { version, commit = null, by, evidence = [], ignore = [] } = request
  const asked = {
    file: fileOf(request),
    environment: request.environment,
    version,
    commit,
    performer: by,
    claims: evidence.map((claim) => ({ ...claim, by })),
    ignored: ignore.map((rule) => ({ ...rule, by })),
  }
  const plan = await preparePlan(asked, {
    git: createGit({ environment }),
    stateDirectory: resolve('.belay', 'client'),
    clock: () => new Date(),
  })
  requireSamePlan(plan, request.planDigest ?? null)
  return plan
}

async function serviceOf(where: { file?: string; environment: string }): Promise<string> {
  return (await environmentPlan(fileOf(where), where.environment, 'nobody')).service
}

function fileOf({ file = 'belay.yaml' }: { file?: string }): string {
  return resolve(file)
}
