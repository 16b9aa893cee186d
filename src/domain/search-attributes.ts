/** All of them are keywords. Temporal must know them before a worker polls: an unknown one leaves a task retrying for ever. */
export const searchAttributes = [
  'BelayService',
  'BelayEnvironment',
  'BelayVersion',
  'BelayDeployment',
  'BelayPhase',
  'BelayOutcome',
  'BelayPerformer',
  'BelayWaitingFor',
] as const

export type SearchAttribute = (typeof searchAttributes)[number]
