import type { Nothing } from '../../src/domain/check.ts'
import type { HostOrder, RunningProcess } from '../../src/domain/host.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import type { LogGrowth } from './log-growth.ts'

/** What a check may know of the deployment it is about. */
export type CheckContext = {
  service: string
  environment: string
  deployment: string
  /** Set for checks on a host. */
  order: HostOrder | null
  releaseDirectory: string | null
  processes: ServiceProcess[]
  /** `expected` null: there must be none. */
  marker: { file: string; expected: Marker | null } | null
  /** RFC 3339, UTC. */
  liveSince: string | null
}

/** What a probe found, before it is cleaned and stamped as a sample. */
export type Answer = {
  verdict: 'passed' | 'failed' | 'inconclusive' | 'error'
  nothing?: Nothing
  expected: string
  got: string
  evidence?: readonly string[]
}

/** What a probe is given. */
export type Probing = {
  context: CheckContext
  /** Aborts when the attempt is out of time or nobody wants its answer any more. */
  signal: AbortSignal
  timeoutMs: number
  clock: () => Date
  environment: EnvironmentVariables
  /** Puts values in the place of `${env:NAME}`; they are scrubbed from whatever the probe says. */
  resolve: (text: string) => string
  inspectProcesses: InspectProcesses
  growth: LogGrowth
}

/** Which processes of the service run from that release directory, by their own facts. */
export type InspectProcesses = (question: {
  order: HostOrder
  processes: ServiceProcess[]
  releaseDirectory: string
}) => Promise<{ running: readonly RunningProcess[]; missing: readonly string[] }>
