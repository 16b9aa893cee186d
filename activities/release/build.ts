import { codeWords } from '../../src/domain/exit-words.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { ReleaseLayout } from '../../src/domain/plan.ts'
import { commandFailed } from '../process/short-command.ts'
import type { Steps } from '../step/steps.ts'

/** Runs the build commands as one detached step; throws `CommandFailed` with the end of what they printed. */
export async function runBuild(
  steps: Steps,
  asked: { order: HostOrder; layout: ReleaseLayout; name: string; try: number; cwd: string },
): Promise<{ builtAt: string }> {
  const { order, layout, name, cwd } = asked
  const result = await steps.run({
    deployment: order.deployment,
    name,
    try: asked.try,
    commands: layout.build,
    cwd,
    timeoutMs: layout.buildTimeoutMs,
    silenceMs: null,
  })
  if (result.outcome === 'exited' && result.exitCode === 0) return { builtAt: result.endedAt }
  const how = {
    exited: `exit ${codeWords(result)}`,
    timed_out: `no end within ${layout.buildTimeoutMs} ms`,
    silent: 'silence',
    interrupted: 'an interruption; deploy again to build it anew',
  }[result.outcome]
  throw commandFailed(`build on ${order.host}: expected exit 0, got ${how}`, result.tail)
}
