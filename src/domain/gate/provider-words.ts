import { words } from '../reason.ts'
import type { Provider } from './provider.ts'

/** What has to be the case for this provider to say yes. */
export function providerWords(provider: Provider): string {
  switch (provider.kind) {
    case 'github_approvals':
      return `${provider.required} approved on GitHub (${provider.repository})`
    case 'github_checks':
      return `checks of ${provider.repository} on GitHub${provider.required.length > 0 ? `: ${provider.required.join(', ')}` : ''}`
    case 'reviewed_by':
      return 'a Reviewed-by trailer'
    case 'junit':
      return `JUnit report ${provider.report}${provider.command ? ` after ${provider.command.join(' ')}` : ''}`
    case 'command':
      return provider.command.join(' ')
    case 'promotion':
      return promotionWords(provider)
    case 'rehearsal':
      return 'a rehearsal of exactly these migrations'
    case 'sign_off':
      return 'a person'
  }
}

function promotionWords({ environment, maxAgeMs, soakMs }: Extract<Provider, { kind: 'promotion' }>): string {
  const age = maxAgeMs === null ? '' : `, at most ${words(maxAgeMs)} ago`
  return `SUCCESS in ${environment}${age}${soakMs > 0 ? `, live there for ${words(soakMs)}` : ''}`
}
