import { join } from 'node:path'
import { createGit } from '../../activities/git/git.ts'
import { Usage } from '../client/errors.ts'
import { preparePlan } from '../client/prepare.ts'
import { requireSamePlan } from '../client/same-plan.ts'
import { nearest } from '../config/nearest.ts'
import { preItems } from '../domain/checklist.ts'
import { neverIgnored, safetyRules } from '../domain/gate/safety-rules.ts'
import type { EvidenceClaim, IgnoredSafety, Plan } from '../domain/plan.ts'
import { isCommitId, shown } from '../domain/version.ts'
import { argument, configFile, performer, text } from './given.ts'
import type { Options } from './program/command.ts'
import type { Shell } from './shell/shell.ts'

/** The plan that somebody asks for on the command line: `deploy` and `plan` mean the same one by the same words. */
export async function askedPlan(
  shell: Shell,
  args: readonly string[],
  options: Options,
  command: 'deploy' | 'plan' | 'rehearse',
): Promise<Plan> {
  const release = argument(args, 0, 'release')
  const version = text(options.version)
  if (version === null && isCommitId(release)) {
    throw new Usage(
      `expected the version that this commit gets. Next: belay ${command} ${release} --version 1.2.3 --env ENV`,
    )
  }
  const by = await performer(shell, options)
  const plan = await preparePlan(
    {
      file: configFile(shell, options),
      environment: text(options.env) ?? '',
      version: version ?? release,
      commit: version === null ? null : release,
      performer: by,
      claims: claims(options.evidence, by),
      ignored: ignored(options, by),
    },
    {
      git: createGit({ environment: shell.environment }),
      stateDirectory: join(shell.directory, '.belay', 'client'),
      clock: shell.now,
    },
  )
  requireSamePlan(plan, text(options.plan))
  return plan
}

function claims(given: unknown, by: string): EvidenceClaim[] {
  return strings(given).map((claim) => {
    const at = claim.indexOf('=')
    const item = preItems.find((known) => known === claim.slice(0, at))
    if (at < 0 || !item)
      throw new Usage(`--evidence: expected item=url with item one of ${preItems.join(', ')}, got ${shown(claim)}`)
    return { item, url: claim.slice(at + 1), by }
  })
}

function ignored(options: Options, by: string): IgnoredSafety[] {
  const rules = strings(options.ignore)
  for (const rule of rules) requireIgnorable(rule, text(options.env) ?? 'ENV')
  const reason = text(options.reason)
  if (rules.length > 0 && reason === null)
    throw new Usage('--ignore: expected --reason with it; an ignored safety stays on the record')
  return rules.map((rule) => ({ rule, reason: reason ?? '', by }))
}

/** Said of the flag: the configuration, which is asked the same later, has nothing to do with it. */
function requireIgnorable(rule: string, environment: string): void {
  if (safetyRules.some((known) => known === rule)) return
  const never = neverIgnored(rule)?.replaceAll('ENV', environment)
  if (never) throw new Usage(`--ignore: expected a rule that can be ignored, got ${rule} (${never})`)
  const like = nearest(rule, safetyRules)
  const meant = like ? `did you mean ${like}?` : `expected one of ${safetyRules.join(', ')}`
  throw new Usage(`--ignore: expected a rule that can be ignored, got ${shown(rule)} (${meant})`)
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
