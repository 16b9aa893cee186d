import { createEvidenceActivities } from '../../activities/evidence/activities.ts'
import type { ProviderOrder } from '../../activities/evidence/ask.ts'
import { createGit } from '../../activities/git/git.ts'
import { createSteps } from '../../activities/step/steps.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export const commit = '1234567890abcdef1234567890abcdef12345678'

/** A worker's evidence activities, and the order about one provider. */
export async function evidence(environment: Readonly<Record<string, string | undefined>> = {}, timeoutMs?: number) {
  const stateDirectory = await temporaryDirectory()
  const steps = createSteps({ root: stateDirectory, clock: () => new Date(), environment: process.env })
  const git = createGit({ environment: process.env })
  const activities = createEvidenceActivities({
    steps,
    git,
    stateDirectory,
    environment,
    ...(timeoutMs && { timeoutMs }),
  })
  return { activities, stateDirectory }
}

export function orderOf(provider: ProviderOrder['provider'], more: Partial<ProviderOrder> = {}): ProviderOrder {
  const release = { version: '1.2.3', commit }
  const repository = { location: '/nowhere', tag: 'v{version}', push: null }
  return { deployment: 'd-1', item: 'tests_passing', index: 1, provider, repository, release, ...more }
}
