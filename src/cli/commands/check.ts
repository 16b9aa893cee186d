import { maintenance } from '../../client/maintenance.ts'
import { requireWorkers } from '../../client/workers.ts'
import { sampleLine } from '../../domain/reason.ts'
import { exitCodes } from '../exit.ts'
import { argument } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

export async function check(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan }) => {
    await requireWorkers(belay, plan)
    const report = await maintenance(belay, shell.say).check(plan)
    if (options.json === true) shell.print(JSON.stringify({ schema: 1, ...report }, null, 2))
    else {
      shell.print(`${plan.environment} runs ${report.release?.version ?? 'nothing Belay deployed'}`)
      for (const step of report.steps) shell.print(`  ${step.step.padEnd(20)} ${step.state.padEnd(14)} ${step.detail}`)
      for (const sample of report.samples) shell.print(`  ${sample.verdict.padEnd(12)} ${sampleLine(sample)}`)
      shell.print(`Health check: ${report.passed ? 'PASSED' : 'FAILED'}`)
    }
    return report.passed ? exitCodes.done : exitCodes.failed
  })
}
