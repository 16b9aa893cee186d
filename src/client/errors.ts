/** Somebody else holds the environment: who, with what, since when. */
export class Busy extends Error {
  readonly holder: BusyHolder
  constructor(holder: BusyHolder) {
    const next = `belay watch ${environmentOf(holder.workflowId)}, or wait until it has ended`
    super(
      `busy: ${holder.version} by ${holder.performer} since ${holder.since} (deployment ${holder.deployment}). Next: ${next}`,
    )
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

/** A lock or an unfinished run is in the way: who, what, since when, in words. */
export class Held extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Held'
  }
}

/** Belay looked and said no; nothing was changed. */
export class Refused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
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

/** `deploy:<service>:<environment>` */
export function environmentOf(workflowId: string): string {
  return workflowId.split(':').at(-1) ?? workflowId
}
