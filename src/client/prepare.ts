import { randomBytes } from 'node:crypto'
import { basename, dirname, resolve } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { createGitActivities } from '../../activities/git/activities.ts'
import type { Git } from '../../activities/git/git.ts'
import { planDigest } from '../config/digest.ts'
import { loadConfiguration } from '../config/load.ts'
import { toPlan } from '../config/to-plan.ts'
import { failureTypes } from '../domain/failure.ts'
import type { EvidenceClaim, IgnoredSafety, Plan } from '../domain/plan.ts'
import { parseVersion } from '../domain/version.ts'
import { readConfigurationFile } from './configuration-file.ts'
import { type ConfigurationSource, Usage, WrongConfiguration } from './errors.ts'
import { knownVersions } from './known-versions.ts'

export type Asked = {
  /** Path of `belay.yaml`. */
  file: string
  environment: string
  /** A version whose tag exists, or any version together with `commit`. */
  version: string
  /** A commit to release under that version; its tag is made after the gate. null: the tag must exist. */
  commit: string | null
  performer: string
  claims: readonly EvidenceClaim[]
  ignored: readonly IgnoredSafety[]
}

/**
 * Resolves the release to a commit once, reads `belay.yaml` *as of that commit* (the file itself where the commit has
 * none) and turns it into a plan. Throws {@link WrongConfiguration} with every problem, else {@link Usage}.
 */
export async function preparePlan(
  asked: Asked,
  given: { git: Git; stateDirectory: string; clock: () => Date },
): Promise<Plan> {
  const parsed = parseVersion(asked.version)
  if ('problem' in parsed) throw new Usage(parsed.problem)
  const local = await loadFile(asked.file)
  const here = planFrom(local, asked, { version: parsed.version, commit: '0'.repeat(40) }, 'unresolved')
  const { resolveRelease } = createGitActivities(given)
  const { commit } = await resolveRelease({
    repository: here.repository,
    version: parsed.version,
    commit: asked.commit,
  }).catch((error: unknown) => refuse(error, asked, given.git, here.repository))
  const text = await textAt(given.git, here.repository.location, commit, asked.file)
  const isOther = text !== null && text !== local.source.text
  const released = isOther ? load({ file: asked.file, text, commit }) : local
  return planFrom(released, asked, { version: parsed.version, commit }, newDeploymentId(parsed.version))
}

/**
 * The environment's plan as the file says it now: for a rollback, which needs no git, for looking and for telling. A rule
 * that only one deployment ignored must not lock people out of it.
 */
export async function environmentPlan(
  file: string,
  environment: string,
  performer: string,
  id = 'none',
): Promise<Plan> {
  const asked = { file, environment, version: '0', commit: null, performer, claims: [], ignored: [] }
  return planFrom(await loadFile(file), asked, { version: 'unknown', commit: '0'.repeat(40) }, id, true)
}

/** The environment's plan for a release that somebody puts there by hand. */
export function planByHand(plan: Plan, release: Plan['release'], deployment: string): Plan {
  const byHand = { ...plan, release, deployment }
  return { ...byHand, digest: planDigest(byHand) }
}

/** Short enough to type, unique enough for ever: the version and 40 random bits. */
export function newDeploymentId(version: string): string {
  return `${version}-${randomBytes(5).toString('hex')}`
}

type Loaded = {
  source: ConfigurationSource
  configuration: Extract<ReturnType<typeof loadConfiguration>, { ok: true }>['configuration']
}

async function loadFile(file: string): Promise<Loaded> {
  return load({ file, text: await readConfigurationFile(file), commit: null })
}

function load(source: ConfigurationSource): Loaded {
  const loaded = loadConfiguration(source.text, basename(source.file))
  if (!loaded.ok) throw new WrongConfiguration(loaded.problems, source)
  return { source, configuration: loaded.configuration }
}

function planFrom(
  { source, configuration }: Loaded,
  asked: Asked,
  release: Plan['release'],
  deployment: string,
  withoutDeploying = false,
): Plan {
  const made = toPlan({
    configuration,
    environment: asked.environment,
    deployment,
    release,
    performer: asked.performer,
    claims: [...asked.claims],
    ignored: [...asked.ignored],
    baseDirectory: dirname(resolve(asked.file)),
    withoutDeploying,
  })
  if (!made.ok) throw new WrongConfiguration(made.problems, source)
  return made.plan
}

/** null: a release older than its configuration; then the file that was named speaks for it. */
async function textAt(git: Git, repository: string, commit: string, file: string): Promise<string | null> {
  if (!repository.startsWith('/')) return null
  const options = { cwd: repository, timeoutMs: gitTimeoutMs }
  const top = await git.run(['rev-parse', '--show-toplevel'], options)
  const root = `${top.stdout.trim()}/`
  if (top.exitCode !== 0 || !resolve(file).startsWith(root)) return null
  const shown = await git.run(['show', '--end-of-options', `${commit}:${resolve(file).slice(root.length)}`], options)
  return shown.exitCode === 0 ? shown.stdout : null
}

/** A local repository answers in milliseconds; a network one has its own limit in resolveRelease. */
const gitTimeoutMs = 20_000

async function refuse(error: unknown, asked: Asked, git: Git, repository: Plan['repository']): Promise<never> {
  const message = error instanceof Error ? error.message : String(error)
  const unknown = asked.commit === null && error instanceof ApplicationFailure && error.type === failureTypes.invalid
  const known = unknown ? await knownVersions(git, repository) : []
  throw new Usage(known.length > 0 ? `${message}\nKnown versions: ${known.join(', ')}` : message)
}
