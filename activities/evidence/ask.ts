import type { PreItem } from '../../src/domain/checklist.ts'
import type { Provider, Said } from '../../src/domain/gate/provider.ts'
import type { Release, Repository } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import type { Git } from '../git/git.ts'
import { openRepository } from '../git/open-repository.ts'
import type { Steps } from '../step/steps.ts'
import { checkoutOf } from './checkout.ts'
import { createGitHub } from './github/api.ts'
import { approvals } from './github/approvals.ts'
import { checks } from './github/checks.ts'
import { freshReport, keptReport } from './junit/junit.ts'
import { reviewedBy } from './reviewed-by.ts'

export type EvidenceWorld = {
  steps: Steps
  git: Git
  stateDirectory: string
  environment: EnvironmentVariables
  /** For everything one provider asks over the network. */
  timeoutMs: number
}

export type ProviderOrder = {
  deployment: string
  item: PreItem
  /** Which of the item's providers it is, from 1. */
  index: number
  provider: Exclude<Provider, { kind: 'promotion' | 'rehearsal' | 'sign_off' }>
  repository: Repository
  release: Release
}

/** One provider's answer about the release's commit. Throws where nothing can be said. */
export async function ask({ provider, ...order }: ProviderOrder, world: EvidenceWorld): Promise<Said> {
  const { commit } = order.release
  switch (provider.kind) {
    case 'github_approvals':
      return await approvals(createGitHub(provider, world), commit, provider)
    case 'github_checks':
      return await checks(createGitHub(provider, world), commit, provider)
    case 'reviewed_by':
      return await reviewedBy(await openRepository({ ...world, repository: order.repository }), commit)
    case 'junit': {
      const { command, timeoutMs } = provider
      if (command === null) return await keptReport(provider, commit)
      return await freshReport(provider, checkoutOf({ ...order, command, timeoutMs }, world))
    }
    case 'command': {
      const { command, timeoutMs } = provider
      return await checkoutOf({ ...order, command, timeoutMs }, world).run()
    }
  }
}

/** Foreign words on one line and of bounded length; what is not a link is left out. */
export function presentable(said: Said): Said {
  const { detail, link, by, next } = said
  return {
    ...said,
    detail: oneLine(detail),
    by: by === null ? null : oneLine(by),
    link: link !== null && /^https?:\/\/[^\s\p{C}]{1,500}$/u.test(link) ? link : null,
    ...(next !== undefined && { next: oneLine(next) }),
  }
}

function oneLine(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ')
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean
}
