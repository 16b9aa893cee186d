import type { AppliedMigration } from '../../../src/domain/host.ts'
import type { GoneRelease } from '../../../src/domain/migration/migration.ts'
import { isThere } from '../../disk/is-there.ts'
import { readRecords } from '../../host/inspect.ts'
import { readPoint } from '../../switch/restore-point.ts'
import { readNote } from '../notes.ts'
import type { MigrationSettings, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'

/** Somebody deleted their directories, and what they applied cannot be reverted from its snapshot alone. */
export async function goneReleases(
  asked: { directory: string; settings: MigrationSettings; environment: Target['environment'] },
  owners: readonly AppliedMigration[],
): Promise<GoneRelease[]> {
  const gone: GoneRelease[] = []
  for (const releaseDirectory of new Set(owners.flatMap((owner) => owner.releaseDirectory ?? []))) {
    const own = owners.filter((owner) => owner.releaseDirectory === releaseDirectory)
    if (!(await isNeeded(asked, releaseDirectory, own))) continue
    gone.push({ releaseDirectory, planDigest: await planDigestOf(asked.directory, releaseDirectory, own) })
  }
  return gone
}

async function isNeeded(
  { settings, environment }: { settings: MigrationSettings; environment: Target['environment'] },
  releaseDirectory: string,
  own: readonly AppliedMigration[],
): Promise<boolean> {
  if (await isThere(releaseDirectory)) return false
  const tool = toolFor(settings)
  const kept = own.every((owner) => owner.snapshot !== undefined)
  return !kept || tool.scripts === true || (await tool.cannotRun({ releaseDirectory, settings }, environment)) !== null
}

/** A release that was taken back is of record no more; its restore point still names what it was made from. */
async function planDigestOf(
  directory: string,
  releaseDirectory: string,
  own: readonly AppliedMigration[],
): Promise<string | null> {
  const record = (await readRecords(directory)).find((each) => each.releaseDirectory === releaseDirectory)
  if (record) return record.planDigest
  for (const { name } of own) {
    const note = await readNote(directory, name)
    const point = note && (await readPoint(directory, note.deployment))
    if (point) return point.planDigest
  }
  return null
}
