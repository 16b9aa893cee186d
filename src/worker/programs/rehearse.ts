/**
 * Detached: rehearses a release's migrations on a scratch database. It stands here and not beside its activities because
 * the embedded server is the host world's. Safe to be killed anywhere and started again.
 */
import { carryOut } from '../../../activities/database/programs/program.ts'
import { type RehearsalOrder, rehearsalOrder } from '../../../activities/database/rehearsal/order.ts'
import { rehearseRelease } from '../../../activities/database/rehearsal/rehearse-release.ts'
import { createGit } from '../../../activities/git/git.ts'
import { startScratchPostgres } from '../../dev/scratch-postgres.ts'
import type { RehearsalAnswer } from '../../domain/rehearsal/answer.ts'

// Whoever ends it gives it a few seconds: what runs in a scratch database would outlive this process.
const ended = new AbortController()
process.once('SIGTERM', () => ended.abort(new Error('the rehearsal was ended before it was done')))

type Report = { answer: RehearsalAnswer | null; failure: { message: string } | null }

await carryOut<RehearsalOrder, Report>({
  order: rehearsalOrder,
  work: async (order, { url, environment: { BELAY_SCRATCH_URL = '', ...environment } }) => {
    const world = { liveUrl: url, scratchUrl: BELAY_SCRATCH_URL || null, environment, signal: ended.signal }
    const git = createGit({ environment })
    const deps = { git, clock: () => new Date(), embedded: () => startScratchPostgres(environment) }
    const answer = await rehearseRelease(order, world, deps).catch((error: unknown) => {
      // Its own server was ended too: whatever failed came of that.
      ended.signal.throwIfAborted()
      throw error
    })
    return { answer, failure: null }
  },
  failed: (message) => ({ answer: null, failure: { message } }),
})
