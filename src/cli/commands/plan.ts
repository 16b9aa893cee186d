import { appendFile } from 'node:fs/promises'
import { connect } from '../../client/client.ts'
import { preview } from '../../client/preview.ts'
import { previewMarkdown } from '../../domain/preview/markdown.ts'
import type { PlanReport } from '../../domain/preview/report.ts'
import { previewText } from '../../domain/preview/text.ts'
import { exitCodes } from '../exit.ts'
import { askedPlan } from '../plan-asked.ts'
import type { Options } from '../program/command.ts'
import { isGithub } from '../shell/harmless.ts'
import type { Shell } from '../shell/shell.ts'

/** What a deployment would do, how each thing is undone, and whether it could start now; nothing is changed by it. */
export async function plan(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const asked = await askedPlan(shell, args, options, 'plan')
  const belay = await connect(shell.environment)
  try {
    const report = await preview(belay, asked, shell.say)
    await show(shell, report, options)
    return codeOf(report)
  } finally {
    await belay.close()
  }
}

async function show(shell: Shell, report: PlanReport, options: Options): Promise<void> {
  if (options.json === true) return shell.print(JSON.stringify({ schema: 1, ...report }, null, 2))
  if (options.markdown !== true) {
    for (const { text, look } of previewText(report, columnsOf(shell))) shell.print(text, look)
    return
  }
  const text = previewMarkdown(report)
  shell.print(text.trimEnd())
  const summary = shell.environment.GITHUB_STEP_SUMMARY
  if (isGithub(shell.environment) && summary) await addToSummary(shell, summary, text)
}

/** A summary that cannot be written changes no answer. */
async function addToSummary(shell: Shell, file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text)
  } catch (error) {
    shell.say(`GITHUB_STEP_SUMMARY: not written (${error instanceof Error ? error.message : String(error)})`)
  }
}

function codeOf({ verdict }: PlanReport): number {
  switch (verdict) {
    case 'starts':
    case 'waits':
      return exitCodes.done
    case 'busy':
      return exitCodes.busy
    case 'refused':
      return exitCodes.refused
  }
}

/** Wider lines are hard to read, narrower terminals are rare. */
function columnsOf(shell: Shell): number {
  return Math.min(100, Math.max(60, shell.screen?.columns() ?? 100))
}
