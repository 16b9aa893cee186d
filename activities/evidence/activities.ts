import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreItem } from '../../src/domain/checklist.ts'
import type { Release, Repository } from '../../src/domain/plan.ts'
import type { Git } from '../git/git.ts'
import type { Steps } from '../step/steps.ts'

export type EvidenceOrder = {
  deployment: string
  item: PreItem
  repository: Repository
  release: Release
  command: readonly string[]
  timeoutMs: number
}

/** Answers a checklist item by running its command in a clean checkout of the release's commit. */
export function createEvidenceActivities(given: { steps: Steps; git: Git; stateDirectory: string }) {
  return {
    /**
     * Idempotent: the command is a detached step keyed by deployment and item; a second run of this activity attaches
     * to it or reads its result. The checkout is made anew only while the step has not begun.
     * @returns ok when the command exited with 0; `detail` is one line, at most 300 characters
     */
    async answerByCommand(order: EvidenceOrder): Promise<{ ok: boolean; detail: string }> {
      const checkout = join(given.stateDirectory, 'checkouts', order.deployment, order.item)
      const result = await given.steps.run({
        deployment: order.deployment,
        name: `evidence-${order.item}`,
        try: 1,
        commands: [...checkoutCommands(order, checkout), [...order.command]],
        cwd: await emptied(checkout),
        timeoutMs: order.timeoutMs,
        silenceMs: null,
      })
      const command = order.command.join(' ')
      if (result.outcome === 'exited' && result.exitCode === 0) {
        return { ok: true, detail: `${command}: exit 0 at ${order.release.commit.slice(0, 12)}` }
      }
      const how = result.outcome === 'exited' ? `exit ${result.exitCode ?? result.signal}` : result.outcome
      return { ok: false, detail: `${command}: expected exit 0, got ${how}: ${lastLine(result.tail)}`.slice(0, 300) }
    },
  }
}

/** Only a checkout that no step is using may be emptied: the step makes it, and runs once. */
async function emptied(checkout: string): Promise<string> {
  await mkdir(checkout, { recursive: true })
  return checkout
}

/** `git archive` would lose nothing but history; a clone keeps commands that ask git for the commit working. */
function checkoutCommands(order: EvidenceOrder, checkout: string): string[][] {
  const safe = ['git', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.ext.allow=never']
  return [
    [...safe, 'clone', '--quiet', '--no-checkout', '--no-hardlinks', '--', order.repository.location, checkout],
    [...safe, '-C', checkout, 'checkout', '--quiet', '--detach', order.release.commit],
  ]
}

function lastLine(tail: string): string {
  return (tail.trimEnd().split('\n').at(-1) ?? '').replaceAll('\t', ' ')
}
