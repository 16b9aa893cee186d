import type { AppliedMigration, Claim } from './host.ts'
import type { Marker } from './marker.ts'

/** Who runs a process is asked for by name: what a person says of it wins over what is found. */
export type NamedProcess = {
  process: string
  /** null: the environment has one host. */
  host: string | null
  by: { pid: number } | { pidFile: string }
}

/** A process of a service that runs, and that Belay did not start. */
export type FoundProcess = {
  process: string
  by: 'keeper' | 'systemd' | 'commands'
  pid: number
  /** Field 22 of /proc/PID/stat: a reused pid has another. */
  startTicks: number
  /** RFC 3339, UTC. */
  startedAt: string
  /** Its name only; arguments may carry secrets. */
  command: string
  /** What started it, while that runs. */
  parent: { pid: number; command: string } | null
  directory: string | null
  /** Names of variables it runs with that belay.yaml would not give it; never a value. */
  unset: readonly string[]
}

/** What one host shows of a service that somebody else has deployed there. Read only. */
export type HostSurvey = {
  host: string
  /** Absolute and real. */
  releaseDirectory: string
  processes: readonly FoundProcess[]
  /** Every keeper's process that the plan names is noted on the host and runs: there is nothing left to note. */
  noted: boolean
  configuration: readonly { target: string; sha256: string | null }[]
  /** null: none is there yet. */
  marker: Marker | null
  /** The commit that the directory itself names, and where it does; null: it names none. */
  revision: { commit: string; by: string } | null
  /** Why it cannot be adopted like this. */
  problems: readonly string[]
  /** What a person should know first. */
  warnings: readonly string[]
}

/** The schema as it stands; `pending`: in the release's directory, but not applied. */
export type AdoptedSchema = {
  /** Oldest first. */
  applied: readonly AppliedMigration[]
  pending: readonly string[]
  catalog: string
}

/**
 * `ofRecord`: this release is its version of record already. `schema` null: no database, or not the host that asks it.
 */
export type AdoptionSurvey = readonly (HostSurvey & { ofRecord: boolean; schema: AdoptedSchema | null })[]

/** What an adoption has left behind. */
export type Adoption = {
  deployment: string
  release: { version: string; commit: string }
  hosts: AdoptionSurvey
  /** Records that could not be written, in words. */
  late: readonly string[]
}

/** The phase in the claim of an adoption: whoever finds it can tell that nothing was changed behind it. */
export const adoptionPhase = 'adoption'

/** Its claim is taken over by the next adoption, never by a rollback: there is nothing to go back to. */
export function isAdoption(claim: Pick<Claim, 'phase'>): boolean {
  return claim.phase === adoptionPhase
}

/** What the deployment id of an adoption begins with; what follows tells it from others of that version. */
export function adoptionName(version: string): string {
  return `adopt-${version}`
}

/** The version that an adoption's claim is for; null: its id says none. */
export function adoptedVersion({ deployment }: Pick<Claim, 'deployment'>): string | null {
  return /^adopt-(.+)-[0-9a-f]+$/.exec(deployment)?.[1] ?? null
}

/** `adopt:<service>:<environment>`: one at a time, beside the deployments. */
export function adoptionIdOf(service: string, environment: string): string {
  return `adopt:${service}:${environment}`
}

export function isAdoptionId(workflowId: string): boolean {
  return workflowId.startsWith('adopt:')
}
