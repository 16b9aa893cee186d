import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sha256Of } from '../../activities/disk/sha256.ts'
import { createHostActivities } from '../../activities/host/activities.ts'
import type { ReleaseNote } from '../../activities/release/release-note.ts'
import { createSteps } from '../../activities/step/steps.ts'
import { createSwitchActivities } from '../../activities/switch/activities.ts'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import { markerFor, markerText } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planFor } from '../history/plan.ts'

export type SwitchHost = ReturnType<typeof switchHost>

/** A host with real files of its own and releases that are repositories of one commit; nothing is deployed on it. */
export function switchHost() {
  const root = mkdtempSync(join(tmpdir(), 'belay-switch-'))
  const directory = join(root, 'shop')
  const environment = { PATH: process.env.PATH, HOME: root }
  const clock = () => new Date()
  const steps = createSteps({ root: join(root, 'steps'), clock, environment })
  const host = createHostActivities({ host: 'app-1', clock, steps })
  const activities = createSwitchActivities({ host: 'app-1', steps, clock, environment })
  mkdirSync(directory)

  /** A release in its directory, with two configuration files for `production`. */
  function release(version: string): string {
    const releaseDirectory = join(directory, 'releases', version)
    mkdirSync(join(releaseDirectory, 'config'), { recursive: true })
    writeFileSync(join(releaseDirectory, 'config/production.json'), `{"version":"${version}"}\n`)
    writeFileSync(join(releaseDirectory, 'config/limits.conf'), `limit ${version}\n`)
    if (existsSync(join(releaseDirectory, '.git'))) return releaseDirectory
    git(releaseDirectory, 'init', '--quiet')
    git(releaseDirectory, 'add', '.')
    git(releaseDirectory, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'commit', '--quiet', '-m', version)
    noteBuilt(releaseDirectory, version)
    return releaseDirectory
  }

  function noteBuilt(releaseDirectory: string, version: string): void {
    const [commit = '', tree = ''] = git(releaseDirectory, 'rev-parse', 'HEAD', 'HEAD^{tree}').split('\n')
    const at = clock().toISOString()
    const note: ReleaseNote = {
      name: version,
      commit,
      tree,
      build: '',
      deployment: '',
      state: 'built',
      at,
      changes: null,
    }
    put(join(directory, '.belay/releases', `${version}.json`), JSON.stringify(note), 0o600)
  }

  function plan(version: string, deployment: string, more: Partial<Plan> = {}): Plan {
    const commit = git(release(version), 'rev-parse', 'HEAD')
    const base = planFor({ version, deployment, commit })
    return {
      ...base,
      layout: { ...base.layout, directory, roots: [directory] },
      marker: { ...base.marker, file: join(directory, '.deployment_marker') },
      configuration: [
        { source: 'config/{environment}.json', target: join(directory, 'config.json'), loaded: null },
        { source: 'config/limits.conf', target: join(directory, 'etc/deep/limits.conf'), loaded: null },
      ],
      digest: sha256Of(`${version} ${deployment}`),
      ...more,
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

  /** Up to and with the restore point. */
  async function prepare(version: string, deployment: string, more: Partial<Plan> = {}) {
    const order = await claim(deployment)
    const releaseDirectory = release(version)
    const made = plan(version, deployment, more)
    await host.savePlan({ order, plan: made })
    const point = await activities.captureRestorePoint({ order, plan: made, migrations: null, catalog: null })
    return { order, plan: made, releaseDirectory, markerText: textOf(made), try: 1, point }
  }

  /** A whole deployment, with its record. */
  async function deploy(version: string, deployment: string, more: Partial<Plan> = {}): Promise<HostRecord> {
    const prepared = await prepare(version, deployment, more)
    const { configuration } = await activities.switchRelease(prepared)
    const record: HostRecord = {
      deployment,
      release: prepared.plan.release,
      releaseDirectory: prepared.releaseDirectory,
      planDigest: prepared.plan.digest,
      configuration,
      migrations: null,
      catalog: null,
      outcome: 'SUCCESS',
      at: clock().toISOString(),
    }
    const { records } = await host.inspectHost({ order: prepared.order })
    await host.finishHost({ order: prepared.order, records: [record, ...records] })
    return record
  }

  return {
    root,
    directory,
    environment,
    steps,
    host,
    activities,
    release,
    plan,
    claim,
    prepare,
    deploy,
    /** Everything a switch may change, as it is now. */
    world: () => worldOf(directory),
    end: () => rmSync(root, { recursive: true, force: true }),
  }
}

export function textOf(plan: Plan, by = plan.performer): string {
  return markerText(markerFor(plan, plan.release, new Date('2026-01-15T10:30:00.400Z'), by))
}

export function worldOf(directory: string) {
  return {
    config: fileAt(join(directory, 'config.json')),
    limits: fileAt(join(directory, 'etc/deep/limits.conf')),
    marker: fileAt(join(directory, '.deployment_marker')),
    current: linkAt(join(directory, 'current')),
    etc: statSync(join(directory, 'etc'), { throwIfNoEntry: false })?.isDirectory() ?? false,
  }
}

export function put(path: string, text: string, mode = 0o640): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim()
}

function fileAt(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid} ${readFileSync(path, 'utf8')}` : null
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
