import type { createAdoptActivities } from '../activities/adopt/activities.ts'
import type { createCalendarActivities } from '../activities/calendar/activities.ts'
import type { createChangesActivities } from '../activities/changes/activities.ts'
import type { createCheckActivities } from '../activities/checks/activities.ts'
import type { createDatabaseActivities } from '../activities/database/activities.ts'
import type { createRehearsalActivities } from '../activities/database/rehearsal/activities.ts'
import type { createEvidenceActivities } from '../activities/evidence/activities.ts'
import type { createGitActivities } from '../activities/git/activities.ts'
import type { createHostActivities } from '../activities/host/activities.ts'
import type { createIdentityActivities } from '../activities/identity/activities.ts'
import type { createLogActivities } from '../activities/logs/activities.ts'
import type { createNoticeActivities } from '../activities/notify/activities.ts'
import type { createOnCallActivities } from '../activities/on-call/activities.ts'
import type { createProcessActivities } from '../activities/process/activities.ts'
import type { createRecordActivities } from '../activities/record/activities.ts'
import type { createFreezeActivities } from '../activities/record/freezes.ts'
import type { createLogFileActivities } from '../activities/record/log-file.ts'
import type { createReleaseActivities } from '../activities/release/activities.ts'
import type { createSwitchActivities } from '../activities/switch/activities.ts'

/** Everything an agent can be asked to do on its host. */
export type HostActivities = ReturnType<typeof createHostActivities> &
  ReturnType<typeof createProcessActivities> &
  ReturnType<typeof createAdoptActivities> &
  ReturnType<typeof createReleaseActivities> &
  ReturnType<typeof createSwitchActivities> &
  ReturnType<typeof createDatabaseActivities> &
  ReturnType<typeof createRehearsalActivities> &
  ReturnType<typeof createLogFileActivities> &
  Pick<ReturnType<typeof createCheckActivities>, 'noteLogPositions'>

/** What any worker can do. */
export type CentralActivities = ReturnType<typeof createGitActivities> &
  ReturnType<typeof createEvidenceActivities> &
  ReturnType<typeof createChangesActivities> &
  ReturnType<typeof createCalendarActivities> &
  ReturnType<typeof createOnCallActivities>

export type IdentityActivities = ReturnType<typeof createIdentityActivities>
export type RecordActivities = ReturnType<typeof createRecordActivities> & ReturnType<typeof createFreezeActivities>
export type NoticeActivities = ReturnType<typeof createNoticeActivities>
export type CheckActivities = ReturnType<typeof createCheckActivities>
export type LogActivities = ReturnType<typeof createLogActivities>
