import type { PreItem } from '../../src/domain/checklist.ts'
import type { Said } from '../../src/domain/gate/provider.ts'
import type { Release, Repository } from '../../src/domain/plan.ts'
import { ask, type EvidenceWorld, type ProviderOrder, presentable } from './ask.ts'
import { checkoutOf } from './checkout.ts'

export type EvidenceOrder = {
  deployment: string
  item: PreItem
  repository: Repository
  release: Release
  command: readonly string[]
  timeoutMs: number
}

/** `timeoutMs`: for everything one provider asks over the network; below what a probe may take. */
export function createEvidenceActivities({
  timeoutMs = 20_000,
  ...given
}: Omit<EvidenceWorld, 'timeoutMs'> & { timeoutMs?: number }) {
  const world = { ...given, timeoutMs }
  return {
    /**
     * Asks one provider about the release's commit. Idempotent: all but commands only read, and a command is a detached
     * step that runs once for deployment, item and index. Fails where nothing can be said: `Invalid` (asking again
     * cannot help: the token, the repository, the report), else retryable (no answer, 5xx, garbage, asked too often).
     * No message holds the token. `detail` is one line of at most 300 characters.
     */
    async askProvider(order: ProviderOrder): Promise<Said> {
      return presentable(await ask(order, world))
    },

    /**
     * Answers an item by running its command in a clean checkout of the release's commit. Idempotent, as above.
     * @returns ok when the command exited with 0; `detail` is one line, at most 300 characters
     */
    async answerByCommand(order: EvidenceOrder): Promise<{ ok: boolean; detail: string }> {
      const { ok, detail } = await checkoutOf({ ...order, index: 1 }, world).run()
      return { ok, detail }
    },
  }
}
