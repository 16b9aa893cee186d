import type { IgnoredSafety, Plan } from '../domain/plan.ts'
import { planDigest } from './digest.ts'
import type { Configuration, Finding } from './load.ts'
import { nearest } from './nearest.ts'
import { checksOf, verificationOf, watchedOf } from './plan/checks.ts'
import { gateOf } from './plan/gate.ts'
import { manualItemsOf, postItemsOf } from './plan/items.ts'
import { migrationFindings } from './plan/migrations.ts'
import { notifyOf } from './plan/notify.ts'
import { paceFindings } from './plan/pace.ts'
import { placeFindings } from './plan/places.ts'
import { configurationOf, databaseOf, layoutOf, markerFileOf, repositoryOf } from './plan/release.ts'
import { type Request, requestProblems } from './plan/request.ts'
import { safetiesOf } from './plan/safety.ts'
import { inReadingOrder, type Problem } from './problem.ts'
import { fill } from './schema/path.ts'
import type { Settings } from './schema/settings.ts'

export type PlanRequest = Request & {
  configuration: Configuration
  environment: string
  /** Rules the performer overrides for this deployment, beside those written in the configuration. */
  ignored: readonly IgnoredSafety[]
  /** Where the configuration file lies. */
  baseDirectory: string
  /** For looking, telling and going back: which safety rules are kept was the deployment's own question. */
  withoutDeploying?: boolean
}

export type PlanResult = { ok: true; plan: Plan } | { ok: false; problems: Problem[] }

/** One environment's settings and one release become the workflow's input. Every problem at once; nothing is read or run. */
export function toPlan(request: PlanRequest): PlanResult {
  const { configuration, environment } = request
  const settings = configuration.environments.get(environment)
  if (settings === undefined) return { ok: false, problems: [unknownEnvironment(configuration, environment)] }
  const content = contentOf(request, settings)
  const safeties = safetiesOf(content, settings, configuration.file, request.ignored)
  const findings = [
    ...(request.withoutDeploying ? [] : safeties.findings),
    ...placeFindings(content),
    ...migrationFindings(content),
    ...paceFindings(content),
  ]
  const problems = [
    ...requestProblems(request, content.gate.items, configuration.file),
    ...findings.map((finding: Finding) => configuration.problemAt(environment, finding)),
  ]
  if (problems.length > 0) return { ok: false, problems: inReadingOrder(problems) }
  const plan = { ...content, ignoredSafeties: safeties.ignored }
  return { ok: true, plan: { ...plan, digest: planDigest(plan) } }
}

function contentOf(request: PlanRequest, settings: Settings): Omit<Plan, 'digest' | 'ignoredSafeties'> {
  const { environment, release } = request
  const names = { environment, service: settings.service, version: release.version }
  const { serving } = settings
  return {
    protocol: 1,
    deployment: request.deployment,
    service: settings.service,
    environment,
    release: { version: release.version, commit: release.commit },
    performer: request.performer,
    repository: repositoryOf(settings, request.baseDirectory),
    hosts: settings.hosts,
    layout: layoutOf(settings, names),
    marker: { file: markerFileOf(settings, names), gitTag: settings.marker.git_tag },
    serving: serving ? { http: fill(serving.http, names), json: serving.json } : null,
    database: databaseOf(settings),
    configuration: configurationOf(settings, names),
    checks: checksOf(settings, names),
    verification: verificationOf(settings),
    gate: gateOf(settings),
    identity: settings.identity,
    drills: settings.drills,
    monitoring: {
      windowMs: settings.monitoring.window,
      afterRollbackMs: settings.monitoring.after_rollback,
      checks: watchedOf(settings),
    },
    after: {
      post: postItemsOf(settings),
      manual: manualItemsOf(settings),
      withinMs: settings.after.within,
      otherwise: settings.after.otherwise,
    },
    decisionReminderMs: settings.rollback.remind_every,
    ...notifyOf(settings, names),
    claims: request.claims,
    log: { file: settings.log.file === undefined ? null : fill(settings.log.file, names) },
  }
}

function unknownEnvironment(configuration: Configuration, environment: string): Problem {
  const known = [...configuration.environments.keys()]
  const like = nearest(environment, known)
  const expected = `one of ${known.join(', ')}`
  const got = JSON.stringify(environment.slice(0, 60)).replace(/[^\x20-\x7e]/g, '?')
  return {
    file: configuration.file,
    line: 0,
    column: 0,
    path: 'environment',
    expected,
    got,
    hint: like ? `did you mean ${like}?` : null,
  }
}
