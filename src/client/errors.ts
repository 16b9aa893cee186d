/** Somebody else holds the environment: who, with what, since when. */
export class Busy extends Error {
  readonly holder: BusyHolder
  constructor(holder: BusyHolder) {
    super(`busy: ${holder.version} by ${holder.performer} since ${holder.since} (deployment ${holder.deployment})`)
    this.name = 'Busy'
    this.holder = holder
  }
}

export type BusyHolder = {
  workflowId: string
  deployment: string
  version: string
  performer: string
  /** RFC 3339, UTC. */
  since: string
}

/** Something Belay needs does not answer: what, where, and how to start it. */
export class Unreachable extends Error {
  readonly what: string
  constructor(what: string, where: string, next: string, cause?: unknown) {
    super(`${what} does not answer at ${where}: ${next}`, { cause })
    this.name = 'Unreachable'
    this.what = what
  }
}

/** The input cannot work: nothing was started. */
export class Usage extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Usage'
  }
}
