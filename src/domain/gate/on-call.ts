/** Who is on call for a deployment, and who or what says so. */
export type OnCall = {
  name: string
  /** `roster`, `http` or `acknowledgement`. */
  source: 'roster' | 'http' | 'acknowledgement'
  /** RFC 3339, UTC. */
  at: string
}
