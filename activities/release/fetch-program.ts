/**
 * The program that fetches a release, in a process that outlives the worker: `fetch-program.ts <order file>`. What it
 * found goes to BELAY_REPORT.
 */
import { writeFileSync } from 'node:fs'
import { readJson } from '../disk/atomic.ts'
import { createGit, type Git } from '../git/git.ts'
import { type Fetched, type FetchOrder, fetchBeside } from './fetch.ts'
import { fetchInPlace } from './in-place.ts'

export type FetchReport = { fetched: Fetched | null; problem: { type: string | null; message: string } | null }

const file = process.argv[2] ?? ''
/** A big repository over a slow line; the step's own limit ends it after that. */
const longestMs = 840_000

try {
  report({ fetched: await work(), problem: null })
} catch (error) {
  const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : null
  report({ fetched: null, problem: { type, message: error instanceof Error ? error.message : String(error) } })
}

async function work(): Promise<Fetched> {
  const order = await readJson(file, parseFetchOrder)
  if (!order) throw new Error(`${file}: expected an order, got nothing`)
  const quick = createGit({ environment: process.env })
  const git: Git = { run: (args, options) => quick.run(args, { timeoutMs: longestMs, ...options }) }
  return order.layout.mode === 'in_place' ? await fetchInPlace(git, order) : await fetchBeside(git, order)
}

function report(found: FetchReport): void {
  const place = process.env.BELAY_REPORT
  if (place) writeFileSync(place, JSON.stringify(found), { mode: 0o600 })
  if (found.problem === null) return
  console.error(found.problem.message)
  process.exitCode = 1
}

function parseFetchOrder(value: unknown): FetchOrder {
  if (!isFetchOrder(value)) throw new Error('expected a fetch order')
  return value
}

function isFetchOrder(value: unknown): value is FetchOrder {
  if (typeof value !== 'object' || value === null) return false
  return ['order', 'repository', 'release', 'layout'].every((key) => key in value)
}
