import type { EnvironmentVariables } from '../domain/reference.ts'
/** One thing Belay needs. */
export type Finding = {
  name: string
  ok: boolean
  /** What is there, or what is wrong. */
  detail: string
  /** What to do; null: nothing. May be there on a finding that is `ok`: a note. */
  fix: string | null
}

export type Patient = {
  environment: EnvironmentVariables
  /** Where Belay keeps its files, e.g. `.belay`. Absolute. */
  directory: string
  /** Hosts whose agents should be there. */
  hosts: readonly string[]
  now(): Date
}
