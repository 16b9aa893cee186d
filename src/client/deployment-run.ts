import { durationMs, isDuration } from '../config/schema/duration.ts'
import type { RunEnd } from '../domain/end/run-end.ts'
import { boundTo } from '../domain/gate/reviewed.ts'
import type { DecisionAnswer, Message, Receipt } from '../domain/message.ts'
import type { RunEvent, RunStatus } from '../domain/status.ts'
import { shown } from '../domain/version.ts'
import { addressOf, questionOf } from './address.ts'
import { Usage } from './errors.ts'
import { looksAt } from './looks.ts'
import type { Run } from './run.ts'
import { provenMessage, type Signing } from './sign/signer.ts'

/** Who says it: an address or a login name, shown as claimed unless the environment has names proven. */
export type By = { by: string }
export type ByWithReason = By & { reason: string }

/**
 * One deployment or rollback, open or ended. What is said to it is answered with what was recorded; it throws
 * `Refused` with the run's own words when it says no, `Usage` when the run has ended, `Unreachable` when nobody took it.
 */
export type DeploymentRun = {
  /** Made by the client that started it, e.g. `1.2.3-4f0c9a1b2e`. */
  deployment: string
  workflowId: string
  runId: string
  /** True when the run was there already: it was attached to, or the same request had started it. */
  attached: boolean
  /**
   * Everything that happens, from the run's beginning, once each and in order, until it has ended. Outlives restarts of
   * the worker: it waits, as the run does. `break` and `signal` leave nothing behind and change nothing for the run;
   * an aborted `signal` throws its reason. Throws `Unreachable` or what Temporal said when the end cannot be had.
   */
  follow(options?: { signal?: AbortSignal }): AsyncIterable<RunEvent>
  /** What it is doing now; needs a worker, also for a run that has ended. Throws `Unreachable` when none answers. */
  status(): Promise<RunStatus>
  /** Is it still running? Asked of Temporal, needs no worker. */
  open(): Promise<boolean>
  /**
   * Waits for the end. Every outcome is an answer, the bad ones too: look at `outcome`. Throws `UnknownEnd` when the run
   * was terminated: nothing may be concluded about the hosts then.
   */
  end(options?: { signal?: AbortSignal }): Promise<RunEnd>
  /**
   * Signs an item (`payment_processing`, or `manual.payment_processing` where several sections have it). It counts for
   * what the release changes now, or for `changes`: the hash, or its first 12 characters, that the signer looked at
   * (`status().changes`). Refused where that has become another.
   */
  sign(item: string, as: By & { note?: string; link?: string; changes?: string }): Promise<Receipt>
  /** Refuses an item: after the first change everything comes back at once. */
  reject(item: string, as: ByWithReason): Promise<Receipt>
  /** Answers the question that the run waits for, or the named one. */
  decide(answer: DecisionAnswer, as: ByWithReason & { question?: string }): Promise<Receipt>
  /** Ends it: before the first change nothing happens, after it everything comes back. */
  abort(as: ByWithReason): Promise<Receipt>
  /** Watches longer: a duration such as `10m`, or milliseconds; at most a day. */
  extend(by: string | number, as: ByWithReason): Promise<Receipt>
  /** Brings the release before back, in this run. A release that has ended is taken back by `belay.rollback`. */
  rollback(as: ByWithReason): Promise<Receipt>
}

/** `signing`: who signs where names must be proven; null: nobody, and the run says no there. */
export function deploymentRun(run: Run, attached: boolean, signing: Signing | null = null): DeploymentRun {
  const { deployment, workflowId, runId } = run
  const say = async (message: Message) =>
    await run.tell(signing === null ? message : await provenMessage(message, await statusOf(run), signing))
  return {
    deployment,
    workflowId,
    runId,
    attached,
    follow: (options) => eventsOf(run, options?.signal),
    status: () => run.status(),
    open: () => run.open(),
    end: (options) => run.end(options?.signal),
    async sign(item, as) {
      const status = await statusOf(run)
      const signed = addressOf(status, item)
      const bound = { plan: status.planDigest, ...boundTo(status.changes, signed) }
      return await say({ name: 'signOff', deployment, item: signed, ...bound, ...as })
    },
    async reject(item, as) {
      return await say({ name: 'reject', deployment, item: addressOf(await statusOf(run), item), ...as })
    },
    async decide(answer, { question, ...as }) {
      const asked = question ?? questionOf(await statusOf(run))
      return await say({ name: 'decide', deployment, question: asked, answer, ...as })
    },
    abort: (as) => say({ name: 'abort', deployment, ...as }),
    extend: async (by, as) => await say({ name: 'extendWindow', deployment, byMs: millisecondsOf(by), ...as }),
    rollback: (as) => say({ name: 'rollback', deployment, ...as }),
  }
}

async function* eventsOf(run: Run, signal?: AbortSignal): AsyncGenerator<RunEvent, void, void> {
  for await (const look of looksAt(run, signal)) yield* look.events
}

/** After a restart the first question still goes to the worker that is gone; the second reaches the new one. */
async function statusOf(run: Run): Promise<RunStatus> {
  return await run.status().catch(() => run.status())
}

function millisecondsOf(by: string | number): number {
  if (typeof by === 'number') return by
  if (isDuration(by)) return durationMs(by)
  throw new Usage(`expected a duration like 10m, got ${shown(by)}`)
}
