import { basename } from 'node:path'
import { describeProblem, type Problem } from '../config/problem.ts'
import { placeOf } from '../domain/id.ts'
import { nameWords } from '../domain/item-words.ts'

/** Somebody else holds the environment: who, with what, since when. */
export class Busy extends Error {
  readonly holder: BusyHolder
  /** `why`: what keeps this one from taking its place. */
  constructor(holder: BusyHolder, why: string | null = null) {
    const next = `belay watch ${environmentOf(holder.workflowId)}, or wait until it has ended`
    super(
      `busy: ${holder.version} by ${nameWords(holder.performer, holder.performerProven)} since ${holder.since} (deployment ${holder.deployment})${why === null ? '' : `; ${why}`}. Next: ${next}`,
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
  /** The run has verified a signature of theirs; else the name is a claim. */
  performerProven: boolean
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

/** A configuration as it was read. */
export type ConfigurationSource = {
  /** Path of the file. */
  file: string
  text: string
  /** Read as of this commit, where that differs from the file as it lies there; else null. */
  commit: string | null
}

/** The configuration cannot work: every problem as data, and the text in which they stand. */
export class WrongConfiguration extends Usage {
  readonly problems: readonly Problem[]
  readonly source: ConfigurationSource
  constructor(problems: readonly Problem[], source: ConfigurationSource) {
    const place = readPlace(source)
    super([...problems.map(describeProblem), ...(place === null ? [] : [place])].join('\n'))
    this.name = 'WrongConfiguration'
    this.problems = problems
    this.source = source
  }
}

/** Whose lines these are, where they are not those of the file at hand. */
export function readPlace({ file, commit }: ConfigurationSource): string | null {
  if (commit === null) return null
  return `${basename(file)} was read as of commit ${commit.slice(0, 12)}; the file in the working tree differs`
}

export function environmentOf(workflowId: string): string {
  return placeOf(workflowId).environment
}
