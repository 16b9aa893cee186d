import { ActivityFailure, isCancellation, rootCause, TimeoutFailure } from '@temporalio/workflow'
import type { LogAnswer, LogCursor, LogPiece } from '../../src/domain/log/piece.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { act, reading } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { orderFor, type Run } from '../run/run.ts'

/** Whose logs: the steps of this deployment, and the processes of the plans that the hosts kept of it. */
export type LogsOf = { deployment: string; planDigests: readonly string[] }

/** `host` null: what evidence commands printed, on a worker. */
export type LogRead = { host: string | null; name: string; cursor: LogCursor | null; lines: number; waitMs: number }

/** What there is to read, on the workers that answer evidence commands and on every host; who is away is told. Reads only. */
export async function listLogs(request: { plan: Plan } & LogsOf): Promise<LogAnswer[]> {
  const run = openRun(request.plan, 'rollback')
  return await Promise.all([null, ...request.plan.hosts].map((host) => listOf(run, request, host)))
}

async function listOf(run: Run, request: LogsOf, host: string | null): Promise<LogAnswer> {
  const row = { id: `logs:${host ?? 'worker'}`, summary: `what ${request.deployment} and the service have printed` }
  try {
    return { ...(await act(reading(host, 0).listLogs, row, { ...about(run, request, host) })), missing: null }
  } catch (error) {
    if (isCancellation(error)) throw error
    return { host, logs: [], missing: whyMissing(error) }
  }
}

function whyMissing(error: unknown): string {
  const timedOut = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure
  return timedOut ? 'no answer' : (rootCause(error) ?? 'no answer')
}

/** The next piece of one log in one place. Reads only. */
export async function readLog(request: { plan: Plan } & LogsOf & LogRead): Promise<LogPiece> {
  const { host, name, cursor, lines, waitMs } = request
  const run = openRun(request.plan, 'rollback')
  const row = { id: `log:${host ?? 'worker'}`, summary: `${name} of ${request.deployment}` }
  return await act(reading(host, waitMs).readLog, row, { ...about(run, request, host), name, cursor, lines, waitMs })
}

function about(run: Run, { deployment, planDigests }: LogsOf, host: string | null) {
  return { deployment, planDigests: [...planDigests], order: host === null ? null : orderFor(run, host) }
}
