import type { HostOrder } from '../../src/domain/host.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import type { Steps } from '../step/steps.ts'
import type { ProcessEntry } from './proc.ts'

/** What every way of running a process needs to know. */
export type Surroundings = {
  order: HostOrder
  environment: EnvironmentVariables
  clock: () => Date
  steps: Pick<Steps, 'runNext'>
}

/** The main process of a service's process, as it runs now. */
export type Found = {
  entry: ProcessEntry
  startedAt: Date
  /** Absolute and real; null: it cannot be told, or it lies outside of every release. */
  releaseDirectory: string | null
}

export type Start = { releaseDirectory: string; env: Readonly<Record<string, string>> }

/** One way to run a process: Belay's keeper, a systemd unit, or the service's own commands. */
export type Managed = {
  process: ServiceProcess
  /** null: it does not run. Read from the world each time. */
  find: () => Promise<Found | null>
  /** Everything that belongs to it, in whatever state; for the stop. */
  members: () => Promise<readonly ProcessEntry[]>
  /** Asks it to end by its own means and waits for at most `stopTimeoutMs`; what it leaves is the caller's. */
  stop: () => Promise<void>
  /** Starts it, and answers when it runs; throws `CommandFailed` when it does not within `startTimeoutMs`. */
  start: (start: Start) => Promise<Found>
}
