import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHostActivities } from '../../activities/host/activities.ts'
import { createReleaseActivities } from '../../activities/release/activities.ts'
import { createSteps } from '../../activities/step/steps.ts'
import { createSwitchActivities } from '../../activities/switch/activities.ts'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import { markerFor, markerText } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planFor } from '../history/plan.ts'

export type ReleaseHost = ReturnType<typeof releaseHost>

/** A real repository and a host that releases come to. Both are below one temporary directory. */
export function releaseHost(mode: 'worktree' | 'in_place' = 'worktree') {
  const root = mkdtempSync(join(tmpdir(), 'belay-release-'))
  const repository = join(root, 'repository')
  const directory = join(root, 'shop')
  const environment = { PATH: process.env.PATH, HOME: root }
  const clock = () => new Date()
  const steps = createSteps({ root: join(root, 'steps'), clock, environment })
  const host = createHostActivities({ host: 'app-1', clock, steps })
  const releases = createReleaseActivities({ host: 'app-1', steps, clock, environment })
  const switches = createSwitchActivities({ host: 'app-1', steps, clock, environment })
  git(root, 'init', '--quiet', '--initial-branch=main', repository)

  /** Writes the files and commits them; tagged when a version is given. */
  function commit(files: Record<string, string>, version?: string): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, name)), { recursive: true })
      writeFileSync(join(repository, name), text)
    }
    git(repository, 'add', '--all')
    git(repository, ...identity, 'commit', '--quiet', '--allow-empty', '-m', version ?? 'more')
    if (version) git(repository, 'tag', '--force', `v${version}`)
    return git(repository, 'rev-parse', 'HEAD')
  }

  function plan(version: string, id: string, deployment: string, layout: Partial<Plan['layout']> = {}): Plan {
    const base = planFor({ version, commit: id, deployment })
    return {
      ...base,
      repository: { ...base.repository, location: repository },
      layout: { ...base.layout, directory, roots: [directory], mode, ...layout },
      marker: { ...base.marker, file: join(directory, '.deployment_marker') },
      digest: `digest-${deployment}`,
    }
  }

  async function claim(deployment: string, takeOver = false): Promise<HostOrder> {
    const order: HostOrder = {
      protocol: 1,
      service: 'shop',
      environment: 'production',
      host: 'app-1',
      deployment,
      runId: `run of ${deployment}`,
      fence: 0,
      directory,
    }
    const { fence } = await host.claimHost({ order, phase: 'release', takeOver })
    return { ...order, fence }
  }

  async function finish(order: HostOrder, record: HostRecord | null): Promise<void> {
    const { records } = await host.inspectHost({ order })
    await host.finishHost({ order, records: record ? [record, ...records] : null })
  }

  /** The whole way of a deployment on this host: claim, fetch, build, capture, switch, record. */
  async function deploy(made: Plan): Promise<HostRecord> {
    const order = await claim(made.deployment)
    const { releaseDirectory } = await releases.fetchRelease({ order, ...made })
    if (made.layout.build.length > 0) {
      await releases.buildRelease({ order, layout: made.layout, releaseDirectory, try: 1 })
    }
    await host.savePlan({ order, plan: made })
    await switches.captureRestorePoint({ order, plan: made, migrations: null, catalog: null })
    const text = textOf(made)
    const result = await switches.switchRelease({ order, plan: made, releaseDirectory, markerText: text, try: 1 })
    const record: HostRecord = {
      deployment: made.deployment,
      release: made.release,
      releaseDirectory,
      planDigest: made.digest,
      configuration: result.configuration,
      migrations: null,
      catalog: null,
      outcome: 'SUCCESS',
      at: clock().toISOString(),
    }
    await finish(order, record)
    return record
  }

  return {
    root,
    repository,
    directory,
    environment,
    steps,
    host,
    releases,
    switches,
    commit,
    plan,
    claim,
    finish,
    deploy,
    end: () => rmSync(root, { recursive: true, force: true }),
  }
}

export function textOf(plan: Plan): string {
  return markerText(markerFor(plan, plan.release, new Date('2026-01-15T10:30:00Z'), plan.performer))
}

export function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']
