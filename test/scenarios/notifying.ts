import type { FixtureSettings } from './settings.ts'

/** `notify` of belay.yaml, laid over the fixture's settings. */
export function notifying(...webhooks: readonly object[]): (settings: FixtureSettings) => void {
  return (settings) => Object.assign(settings, { notify: { webhook: webhooks.length === 1 ? webhooks[0] : webhooks } })
}
