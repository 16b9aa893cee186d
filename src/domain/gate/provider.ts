/**
 * Who or what can answer an item of the gate. Addresses and tokens keep their `${env:NAME}` references until they are
 * used; durations are milliseconds.
 */
export type Provider =
  /** Approvals of the pull request that brought the commit. `required`: how many different people. */
  | { kind: 'github_approvals'; api: string; repository: string; token: string; required: number }
  /** Commit statuses and check runs of the commit. `required`: their names; empty: all there are, and at least one. */
  | { kind: 'github_checks'; api: string; repository: string; token: string; required: readonly string[] }
  /** `Reviewed-by:` trailers of the commit, by somebody other than its author. */
  | { kind: 'reviewed_by' }
  /**
   * A JUnit XML report. With `command` it is relative to a clean checkout, in which the command is run first; without,
   * it is absolute on the worker and holds `{commit}`, so that a report of another commit cannot count.
   */
  | { kind: 'junit'; report: string; command: readonly string[] | null; timeoutMs: number }
  /** A command in a clean checkout of the commit. */
  | { kind: 'command'; command: readonly string[]; timeoutMs: number }
  /** The same commit ended SUCCESS in `environment`: at most `maxAgeMs` ago (null: ever), at least `soakMs` ago. */
  | { kind: 'promotion'; environment: string; maxAgeMs: number | null; soakMs: number }
  /** Belay's own: the pending migrations forth, back and forth again on a scratch database, as `database.rehearsal` says. */
  | { kind: 'rehearsal' }
  /** A person. */
  | { kind: 'sign_off' }

/** One answer that an item got, for the record: from a provider, from a comparison of releases, or from a person. */
export type Answer = {
  /** `unchanged`: there is no difference that the item could be about. */
  provider: Provider['kind'] | 'unchanged' | 'approval' | 'override' | 'way_back' | 'document' | 'drill'
  ok: boolean
  /** What was found, at most 300 characters. */
  detail: string
  link: string | null
  /** The commit the answer is about; null: it is about none. */
  commit: string | null
  /** Who gave it; null: nobody in person. */
  by: string | null
  /** `by` was not proven. */
  claimed: boolean
  /** RFC 3339, UTC. */
  at: string
  /** It says neither yes nor no yet (checks still run): it is asked again. */
  pending?: true
  /** Where it says no: the command that helps, without `Next:`. */
  next?: string
  /** Where it says not yet: RFC 3339, UTC. */
  allowedAt?: string
}

/** What a provider says when it is asked; about the release's commit and no other. */
export type Said = Pick<Answer, 'ok' | 'detail' | 'link' | 'by' | 'claimed' | 'pending' | 'next'>

export function yes(detail: string, more: Partial<Said> = {}): Said {
  return { ok: true, detail, link: null, by: null, claimed: false, ...more }
}

export function no(detail: string, more: Partial<Said> = {}): Said {
  return { ok: false, detail, link: null, by: null, claimed: false, ...more }
}

/**
 * Only reads, and quickly: it is asked again after every wait. Commands are not, and what they found stands for their
 * commit for ever.
 */
export function isReadOnly(provider: Provider): boolean {
  return provider.kind !== 'sign_off' && !runsSomething(provider)
}

/** A yes that may not hold any more after a wait: of what only reads, and of what is bound to more than the commit. */
export function goesStale(provider: Provider): boolean {
  return isReadOnly(provider) || provider.kind === 'rehearsal'
}

/** A report that nobody has to make first is only read. */
export function runsSomething(provider: Provider): boolean {
  if (provider.kind === 'junit') return provider.command !== null
  return provider.kind === 'command' || provider.kind === 'rehearsal'
}
