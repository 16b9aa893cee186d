import type { Plan } from '../../src/domain/plan.ts'
import { planContent } from '../../src/domain/plan-content.ts'
import type { History } from '../../src/history/history.ts'
import { sha256Of } from '../disk/sha256.ts'
import { asked } from '../record/asked.ts'
import { type TrustedKeys, type Verdict, verifySignature } from './verify.ts'

export type { Verdict } from './verify.ts'

export type IdentityDeps = {
  keys: TrustedKeys
  /** Environments for which this worker demands proven names whatever a plan says. */
  sshEnvironments: readonly string[]
  clock: () => Date
  /** Where ssh-keygen is looked for. */
  path: string | undefined
  history: Pick<History, 'useProof' | 'readProvenEnvironments'>
}

export type SignedStatement = { statement: string; by: string; signature: string }

/** Who said it, by the keys that are kept with the worker. A no is an answer, never a failure. */
export function createIdentityActivities(deps: IdentityDeps) {
  const { keys, path, clock } = deps
  const verify = async (signed: SignedStatement): Promise<Verdict> => {
    try {
      return await verifySignature(signed, { keys, path, now: clock() })
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      return {
        proven: false,
        why: `ssh-keygen cannot be asked on this worker (${what}); next: install OpenSSH's client there`,
      }
    }
  }
  return {
    /** Reads only. */
    async verifyProof(signed: SignedStatement): Promise<Verdict> {
      return await verify(signed)
    },

    /**
     * The same for what starts a run: the plan must be the one whose digest was signed, and with `once` the statement
     * starts one run for ever. Twice, from the same run: the same answer. Throws `HistoryAway`, retryable.
     */
    async verifyStart(start: SignedStatement & { plan: Plan; runId: string; once: boolean }): Promise<Verdict> {
      const { plan, runId, once, ...signed } = start
      if (sha256Of(planContent(plan)) !== plan.digest)
        return { proven: false, why: 'the plan is not the one its digest names' }
      const verdict = await verify(signed)
      if (!verdict.proven || !once) return verdict
      const used = await asked(() =>
        deps.history.useProof({ statement: sha256Of(signed.statement), runId, at: clock().toISOString() }),
      )
      if (used.runId === runId) return verdict
      return {
        proven: false,
        why: `the signature has started another run already (${used.runId}); a replay starts nothing`,
      }
    },

    /**
     * Where names must be proven: what this worker demands for any service, and what was planned so when something last
     * ran there. Reads only. Throws `HistoryAway`, retryable.
     */
    async provenEnvironments({ service }: { service: string }): Promise<string[]> {
      const planned = await asked(() => deps.history.readProvenEnvironments(service))
      return [...new Set([...planned, ...deps.sshEnvironments])].sort()
    },

    /** Does this worker demand proven names there, whatever a plan says? Reads only. */
    async demandsProof({ environment }: { environment: string }): Promise<boolean> {
      return deps.sshEnvironments.includes(environment)
    },
  }
}
