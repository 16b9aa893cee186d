import { olderWords } from '../domain/admission.ts'
import type { Plan } from '../domain/plan.ts'
import type { RunStatus } from '../domain/status.ts'
import type { Belay, Run } from './client.ts'
import { Busy, type BusyHolder, Refused, Usage } from './errors.ts'
import { UnknownEnd } from './run-end.ts'
import { provenMessage, type Signing } from './sign/signer.ts'

/** What is superseded, and how that ended, for people. */
export type Telling = (line: string) => void

/**
 * Begins in the place of an older release that waits at its gate: asks that run to end, waits until it has, then begins.
 * Throws {@link Busy}, with why, when the open run is past its gate, is a rollback, or is not older.
 */
export async function superseding(
  belay: Pick<Belay, 'attach'>,
  plan: Plan,
  begin: () => Promise<Run>,
  tell: Telling = () => undefined,
  signing: Signing | null = null,
): Promise<Run> {
  for (let round = 1; ; round++) {
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof Busy) || round > mostRounds) throw error
      await endOlder(belay, plan, error.holder, { tell, signing })
    }
  }
}

/** Of several that come at once the newest wins; more than these in a row is no coincidence. */
const mostRounds = 5

type Saying = { tell: Telling; signing: Signing | null }

async function endOlder(belay: Pick<Belay, 'attach'>, plan: Plan, holder: BusyHolder, saying: Saying): Promise<void> {
  const run = await belay.attach(plan.service, plan.environment)
  if (!run || run.deployment !== holder.deployment || !(await run.open())) return
  const status = await run.status()
  if (!endsUnchanged(status)) await ask(run, plan, holder, status, saying)
  const end = await run.end().catch(unlessTerminated)
  saying.tell(`${holder.deployment} has ended${end ? `: ${end.outcome}` : ''}`)
}

/** It was told to end already, or the gate has refused it: only its record is still written. */
function endsUnchanged({ outcome }: RunStatus): boolean {
  return outcome === 'SUPERSEDED' || outcome === 'ABORTED' || outcome === 'REFUSED'
}

/** Throws {@link Busy} where the run says no and goes on. */
async function ask(run: Run, plan: Plan, holder: BusyHolder, status: RunStatus, saying: Saying): Promise<void> {
  const { performer: by, release } = plan
  const { deployment } = run
  // The run would say so too; a rollback names no release to compare with.
  const older = status.startedAs === 'deployment' ? olderWords(release.version, holder.version) : null
  if (status.phase === 'gate' && older !== null) throw new Busy(holder, older)
  try {
    const message = { name: 'supersede', deployment, by, version: release.version } as const
    const { signing, tell } = saying
    const { recorded } = await run.tell(signing ? await provenMessage(message, status, signing) : message)
    tell(`asked ${deployment} to end: ${recorded}`)
  } catch (error) {
    // It has ended meanwhile, for another reason.
    if (error instanceof Usage) return
    if (!(error instanceof Refused)) throw error
    if (!endsUnchanged(await run.status())) throw new Busy(holder, error.message)
  }
}

function unlessTerminated(error: unknown): null {
  if (error instanceof UnknownEnd) return null
  throw error
}
