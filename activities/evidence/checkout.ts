import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreItem } from '../../src/domain/checklist.ts'
import { codeWords } from '../../src/domain/exit-words.ts'
import { no, type Said, yes } from '../../src/domain/gate/provider.ts'
import type { Release, Repository } from '../../src/domain/plan.ts'
import { tellingLine } from '../../src/domain/telling-lines.ts'
import type { Steps } from '../step/steps.ts'

export type CheckoutOrder = {
  deployment: string
  item: PreItem
  /** Which of an item's answers it is, from 1: every one has a checkout of its own. */
  index: number
  repository: Repository
  release: Release
  command: readonly string[]
  timeoutMs: number
}

/** A clean checkout of the release's commit in which one command is run, once. */
export type Checkout = {
  directory: string
  /** `first`: run in it before the command. Where it says no, `next` leads to everything that was printed. */
  run(first?: readonly (readonly string[])[]): Promise<Said>
}

/**
 * Idempotent: the command is a detached step keyed by deployment, item and index; a second call attaches to it or reads
 * its result. The step makes the checkout, so only while it has not begun.
 */
export function checkoutOf(order: CheckoutOrder, given: { steps: Steps; stateDirectory: string }): Checkout {
  const { deployment, item, index, timeoutMs } = order
  const own = index === 1 ? item : `${item}-${index}`
  const directory = join(given.stateDirectory, 'checkouts', deployment, own)
  const name = `evidence-${own}`
  return {
    directory,
    async run(first = []) {
      await mkdir(directory, { recursive: true })
      const commands = [...checkoutCommands(order, directory), ...first.map((each) => [...each]), [...order.command]]
      const step = { deployment, name, try: 1, commands, cwd: directory, timeoutMs, silenceMs: null }
      return saidBy(await given.steps.run(step), order, name)
    },
  }
}

/** `git archive` would lose nothing but history; a clone keeps commands that ask git for the commit working. */
function checkoutCommands({ repository, release }: CheckoutOrder, directory: string): string[][] {
  const safe = ['git', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.ext.allow=never']
  return [
    [...safe, 'clone', '--quiet', '--no-checkout', '--no-hardlinks', '--', repository.location, directory],
    [...safe, '-C', directory, 'checkout', '--quiet', '--detach', release.commit],
  ]
}

function saidBy(result: Awaited<ReturnType<Steps['run']>>, order: CheckoutOrder, name: string): Said {
  const command = order.command.join(' ')
  if (result.outcome === 'exited' && result.exitCode === 0) {
    return yes(`${command}: exit 0 at ${order.release.commit.slice(0, 12)}`)
  }
  const how = result.outcome === 'exited' ? `exit ${codeWords(result)}` : result.outcome
  const said = tellingLine(result.tail.trimEnd().split('\n'))
  const detail = `${command}: expected exit 0, got ${how}: ${said.replaceAll('\t', ' ')}`.slice(0, 300)
  return no(detail, { next: `belay logs ${order.deployment} ${name}` })
}
