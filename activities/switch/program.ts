/**
 * The program that switches a host, in a process that outlives the worker: `program.ts order <file>` carries out one
 * order, `program.ts finish <directory>` completes or undoes a switch that was cut off. It may be killed anywhere; run
 * again, it goes on from the journal. What it found goes to BELAY_REPORT.
 */
import { writeFileSync } from 'node:fs'
import { createGit } from '../git/git.ts'
import { finishAlone, perform } from './perform.ts'
import type { SwitchReport } from './run-switch.ts'
import { readOrder } from './switch-order.ts'

const [task = '', place = ''] = process.argv.slice(2)
const git = createGit({ environment: process.env })

try {
  report(await work())
} catch (error) {
  const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : null
  report({ edited: [], problem: { type, message: error instanceof Error ? error.message : String(error) } })
}

async function work(): Promise<SwitchReport> {
  if (task === 'finish') {
    await finishAlone(git, place)
    return { edited: [], problem: null }
  }
  const order = await readOrder(place)
  if (!order) throw new Error(`${place}: expected a switch order, got nothing`)
  const { edited, problem } = await perform(git, order)
  return { edited, problem }
}

function report(found: SwitchReport): void {
  const file = process.env.BELAY_REPORT
  if (file) writeFileSync(file, JSON.stringify(found), { mode: 0o600 })
  if (found.problem === null) return
  console.error(found.problem.message)
  process.exitCode = 1
}
