import type { AppliedMigration, HostOrder, RestorePoint, RollbackTarget } from '../../src/domain/host.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { writeJson } from '../disk/atomic.ts'
import { createGit } from '../git/git.ts'
import { hostPaths } from '../host/paths.ts'
import { requireClaim } from '../host/require-claim.ts'
import { createProcessActivities } from '../process/activities.ts'
import { buildInPlace } from '../release/in-place.ts'
import { requireKept } from '../release/kept-release.ts'
import type { Steps } from '../step/steps.ts'
import { type Back, backOrder } from './back.ts'
import { completeSwitch } from './complete.ts'
import { requireSources } from './configuration-source.ts'
import { type Forward, forwardOrder } from './forward.ts'
import { type ConfigurationProof, type ConfigurationQuestion, prove } from './prove-configuration.ts'
import { proveServing, type ServingQuestion } from './prove-serving.ts'
import { readMarkerFile } from './read-marker.ts'
import { resolve } from './resolve-target.ts'
import { capture } from './restore-point.ts'
import { runSwitch } from './run-switch.ts'
import { readBack, type SwitchResult } from './world.ts'

export { completeSwitch } from './complete.ts'
export type { SwitchResult } from './world.ts'

type SwitchDeps = {
  host: string
  steps: Steps
  clock: () => Date
  environment?: EnvironmentVariables
}

/** Configuration, code and marker of one host: captured, switched together, switched back, and proven. */
export function createSwitchActivities({ host, steps, clock, environment = {} }: SwitchDeps) {
  const git = createGit({ environment })
  const processes = createProcessActivities({ host, clock, environment, steps, completeSwitch })

  return {
    /**
     * Keeps the plan, and what a switch to it would change: bytes, mode and owner of each file, or its absence, and where the code
     * is. The first capture of a deployment stands, so a repetition after the switch still answers with what was before
     * it. The bytes never leave the host. Throws `UnsafePath` where a file lies at a place that Belay will not write.
     */
    async captureRestorePoint(asked: {
      order: HostOrder
      plan: Plan
      migrations: readonly AppliedMigration[] | null
      catalog: string | null
    }): Promise<RestorePoint> {
      await requireClaim(asked.order)
      await completeSwitch(asked.order.directory)
      await requireSources(git, asked.plan)
      // With it the plan: a rollback days later has nothing else to go by.
      await writeJson(hostPaths(asked.order.directory).plan(asked.plan.digest), asked.plan)
      return (await capture({ host, clock, git }, asked)).point
    },

    /**
     * Makes the release live on the disk: configuration, code and marker, all or none. One detached run for (deployment,
     * try): repeated, it attaches or answers with what that one did, read from the disk now. Throws `UnsafePath` or
     * `Invalid` before anything is changed, `CommandFailed` after everything was undone, `NotProven` when the disk
     * shows something else. In place it builds after the checkout.
     */
    async switchRelease(asked: Forward): Promise<SwitchResult> {
      await requireClaim(asked.order)
      const { order, report } = await runSwitch(steps, await forwardOrder(git, asked), asked.try)
      const { layout, marker, configuration } = asked.plan
      const targets = configuration.map((file) => file.target)
      const result = await readBack(git, order, {
        mode: layout.mode,
        targets,
        markerFile: marker.file,
        edited: report.edited,
      })
      await buildInPlace(steps, { order: asked.order, layout, name: 'build-in-place', try: asked.try })
      return result
    },

    /**
     * Brings back what was captured before the deployments in `target.over`; of several captures of one file the
     * earliest. `record` null: what was absent is absent again. Like `switchRelease` in every other way. Bytes that
     * neither Belay nor a capture knows are kept beside the restore point and named in `edited`.
     */
    async switchBack(asked: Back): Promise<SwitchResult> {
      await requireClaim(asked.order)
      const back = await backOrder(asked)
      const { order, report } = await runSwitch(steps, back.order, asked.try)
      const result = await readBack(git, order, {
        mode: asked.plan.layout.mode,
        targets: back.targets,
        markerFile: back.markerFile,
        edited: report.edited,
      })
      const layout = (back.livePlan ?? asked.plan).layout
      if (asked.only === 'all' && asked.target.record !== null) {
        await buildInPlace(steps, { order: asked.order, layout, name: 'build-back-in-place', try: asked.try })
      }
      return result
    },

    /** The marker as it stands. Absent: both null. Something else: `problem` says what. Changes nothing. */
    async readMarker({ file }: { order: HostOrder; file: string }): Promise<{
      marker: Marker | null
      problem: string | null
    }> {
      return await readMarkerFile(file)
    },

    /**
     * Is this the configuration that is on the disk, and has the service loaded it? By its own word where `loaded` says
     * where to ask; else every process of it began after the file was written. Changes nothing.
     */
    async proveConfiguration(asked: ConfigurationQuestion): Promise<ConfigurationProof> {
      return await prove(processes.inspectProcesses, asked)
    },

    /** Is this the release that answers? A service that cannot be asked, or no process, is no proof. Changes nothing. */
    async proveServing(asked: ServingQuestion): Promise<{ proven: boolean; detail: string }> {
      return await proveServing(processes.inspectProcesses, asked)
    },

    /**
     * Where a rollback goes on this host: `deployment`: to where that one began; else to the release `to` (version or
     * commit), or the one before the version of record. Throws `Invalid`, with the known versions, when it is not there
     * or is not built any more. Notes the answer under the order's deployment; asking twice answers twice.
     */
    async resolveTarget(asked: {
      order: HostOrder
      to: string | null
      deployment: string | null
    }): Promise<RollbackTarget> {
      const target = await resolve(asked)
      if (target.record) await requireKept(git, asked.order, target.record)
      return target
    },
  }
}
