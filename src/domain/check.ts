/** A health check: what to probe, from where, and how long it may take. Plain data; secrets stay `${env:NAME}` references. */
export type CheckSpec = {
  probe: Probe
  /** `worker`: probed once, from a Belay worker. `hosts`: probed on every host, by its agent. */
  from: 'worker' | 'hosts'
  /** One attempt may take this long. */
  timeoutMs: number
  /** In verify, attempts are repeated until one passes or this much time is over. */
  deadlineMs: number
}

export type Probe =
  | {
      kind: 'http'
      url: string
      status: number
      /** The reply must contain this JSON (objects: subset; arrays and scalars: equal). */
      json: JsonValue | null
      maxLatencyMs: number | null
    }
  | { kind: 'postgres'; url: string; sql: string | null; expect: JsonValue | null }
  | { kind: 'postgres_pool'; url: string; maxUsedRatio: number; connections: number }
  | { kind: 'metric'; source: MetricSource; condition: MetricCondition; maxAgeMs: number | null }
  | { kind: 'log'; file: string; absent: string | null; present: string | null; withinMs: number | null }
  | { kind: 'command'; command: readonly string[] }
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'process'; process: string }
  | { kind: 'marker' }

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export type MetricSource =
  | { from: 'prometheus'; url: string; query: string }
  /** A `/metrics` page in the Prometheus text format; `labels` must all match. */
  | { from: 'scrape'; url: string; metric: string; labels: Record<string, string> }

export type MetricCondition = { equals: number } | { max: number } | { min: number } | { min: number; max: number }

/**
 * One run of a check. `failed`: it answered, and the answer is bad. `inconclusive`: there is no data to judge.
 * `error`: the check itself could not run. Only `passed` is health.
 */
export type Sample = {
  check: string
  /** Host probed, or null for a check that runs once from a worker. */
  host: string | null
  verdict: 'passed' | 'failed' | 'inconclusive' | 'error'
  /** Where what was asked gave nothing to judge; absent: it did, or nobody can tell. */
  nothing?: Nothing
  reason: CheckReason
  /** RFC 3339, UTC. */
  at: string
  tookMs: number
}

/** `away`: what was asked did not answer. `empty`: it answered, and had nothing. */
export type Nothing = 'away' | 'empty'

/** Why a sample got its verdict, as data; `src/domain/reason.ts` makes the words. Strings are at most 500 characters. */
export type CheckReason = {
  /** What was demanded, e.g. `status 200`, `<= 0.01`, `log line matching "processed" within 60 s`. */
  expected: string
  /** What came, e.g. `status 503`, `0.079`, `no data`. */
  got: string
  /** Up to five lines of evidence: body, log lines, stderr. Never a secret. */
  evidence: readonly string[]
}

/** A check in the monitoring window. */
export type WatchedCheck = {
  check: string
  intervalMs: number
  /** Consecutive bad samples that are tolerated; one more fails the window. */
  failureLimit: number
}
