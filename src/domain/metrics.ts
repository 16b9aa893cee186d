/** Belay's own series: what each counts, and the buckets of those that measure, in seconds. */
export const counters = {
  belay_deployments_total: 'Deployments and rollbacks that have ended, by outcome.',
  belay_check_samples_total: 'Samples taken of health checks, by verdict.',
} as const

export const histograms = {
  belay_deployment_duration_seconds: {
    description: 'From the start of a deployment or rollback to its end, waits for people included.',
    // A window is ten minutes; people answer within minutes or the next day.
    buckets: [30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
  },
  belay_phase_duration_seconds: {
    description: 'How long a deployment or rollback stayed in a phase.',
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 14_400, 86_400],
  },
  belay_rollback_duration_seconds: {
    description: 'From the decision to roll back until everything is undone and stable, or given up.',
    buckets: [5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 14_400],
  },
  belay_sign_off_wait_seconds: {
    description: 'How long a run waited for people to sign, at the gate or after the release.',
    buckets: [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
  },
} as const

export const gauges = {
  belay_info: 'Always 1: a process of Belay that serves, by role (worker or agent).',
  belay_open_runs: 'Open deployments, rollbacks and adoptions, by the phase they are in.',
  belay_waiting_runs:
    'Open runs that go no further without a person: at the gate, or for a decision; not sign-offs after the release.',
  belay_stalled_runs: 'Open runs that make no progress, as belay watchdog sees them.',
  belay_half_way_runs: 'Runs that were terminated half way and that nobody has cleared up after.',
  belay_runs_asked_timestamp_seconds: 'When this worker last got an answer about the open runs from Temporal.',
} as const

export type CounterName = keyof typeof counters
export type HistogramName = keyof typeof histograms
export type GaugeName = keyof typeof gauges
