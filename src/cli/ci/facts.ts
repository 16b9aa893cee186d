import type { RunEnd } from '../../domain/end/run-end.ts'
import type { RunStatus } from '../../domain/status.ts'

/** What a CI job is told of a run that this command has stopped following. */
export type Facts = {
  deployment: string
  /** null: no worker answered. */
  status: RunStatus | null
  /** null: it has not ended. */
  end: RunEnd | null
  code: number
  /** The runbook's entry, from the history; null: none was written, or it cannot be read from here. */
  logEntry: string | null
  /** The run in the Temporal UI; null: its address is not known here. */
  runUrl: string | null
}

/** What later steps of a job may want to know, by name. All of it fits a line. */
export function outputsOf({ deployment, status, end, code, runUrl }: Facts): Record<string, string> {
  return {
    deployment,
    outcome: end?.outcome ?? status?.outcome ?? 'RUNNING',
    version: status?.release.version ?? '',
    live: end?.live?.version ?? '',
    exit_code: String(code),
    run_url: runUrl ?? '',
  }
}

/** The run's own sentence in its three parts: what happened, why, and what to do next. */
export function partsOf(facts: Facts): { headline: string; why: string[]; next: string | null } {
  const lines = facts.end?.sentence.split('\n') ?? openLines(facts)
  const next = lines.find((line) => line.startsWith('Next: ')) ?? null
  const [headline = '', ...why] = lines.filter((line) => line !== next)
  return { headline, why, next: next?.slice('Next: '.length) ?? null }
}

function openLines({ deployment, status }: Facts): string[] {
  if (status === null)
    return [`nobody takes ${deployment}: it is kept and goes on with the next worker`, 'Next: belay worker']
  const { environment, release, outcome, phase, waitingFor, why } = status
  const headline = `${release.version} on ${environment}: ${outcome ?? `still running, in phase ${phase}`}`
  const waits = waitingFor ? [`waits: ${waitingFor.text}`] : []
  return [headline, ...(why ? [why] : []), ...waits, `Next: belay watch ${environment}`]
}
