import { openItem, preItems } from '../../src/domain/checklist.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import { changesLine } from '../../src/domain/gate/changes-text.ts'
import { broken, type Finding } from '../../src/domain/gate/finding.ts'
import { subjectOf } from '../../src/domain/gate/reviewed.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { type Reason, reasonLine } from '../../src/domain/reason.ts'
import { act, anywhere } from '../proxies.ts'
import { note, type Run, tick } from '../run/run.ts'
import { failureType, messageOf } from '../run/trouble.ts'
import { ignoreItems } from './ignoring.ts'
import { answerItem } from './items.ts'
import { readAuthors, refuseOwnReview } from './own-review.ts'
import { wasUnchanged } from './unchanged.ts'
import { voidSignatures } from './void.ts'

/**
 * Reads what the release changes, compared with the version of record, and keeps it as `run.changes`; asked again, it
 * is replaced only where it has become something else. Plans without a policy ask for nothing.
 */
export async function readChanges(run: Run): Promise<Finding[]> {
  if (!run.plan.gate.policy) return []
  try {
    const read = await askChanges(run.plan, run.changes?.digest ?? null)
    if (read !== 'same') run.changes = read
    return []
  } catch (error) {
    return [notRead(error)]
  }
}

/** Said once all that is asked beside it has answered, so that what is told has one order. */
export function tellChanges(run: Run): void {
  if (run.changes) note(run, 'step', `changes ${changesLine(run.changes)}`, { digest: run.changes.digest })
}

/**
 * After a wait. Where the release now changes something else (the version of record has moved), what people gave for
 * the old difference is void, and what the new one asks for is asked. `moved`: the gate has to wait for people again.
 */
export async function changesAfterWait(run: Run): Promise<{ findings: Finding[]; moved: boolean }> {
  const { findings, moved } = await readAgain(run)
  if (moved) {
    await Promise.all([askAgain(run), readAuthors(run)])
    refuseOwnReview(run)
  }
  return { findings, moved }
}

/** Right before the first change nobody waits any more: another difference is refused, and the signatures are void. */
export async function changesStillHold(run: Run): Promise<Finding[]> {
  const before = run.changes?.base
  const { findings, moved } = await readAgain(run)
  if (!moved) return findings
  const from = before ? `${before.version} (${before.commit.slice(0, 12)})` : 'an empty environment'
  const now = run.changes?.base
  const to = now ? `${now.version} (${now.commit.slice(0, 12)})` : 'none'
  const why = `void: what was reviewed and signed compares with ${from}, the version of record is now ${to}`
  const next = `belay deploy ${run.plan.release.version} --env ${run.plan.environment}, then sign what it changes now`
  return [...findings, broken('changes', why, { next })]
}

/** `known`: a digest; where it is still that one, the answer is `same`. */
async function askChanges(plan: Plan, known: string | null): Promise<ReleaseChanges | 'same'> {
  const { service, environment, release, repository, database, configuration, gate } = plan
  const asked = { service, environment, release, repository, database, configuration }
  const row = { id: 'changes', summary: 'commits, migrations, configuration, dependencies' }
  const order = { ...asked, lockfiles: gate.policy?.lockfiles ?? [], known }
  return await act(anywhere('probe').readReleaseChanges, row, order)
}

async function readAgain(run: Run): Promise<{ findings: Finding[]; moved: boolean }> {
  const before = run.changes?.digest
  const findings = await readChanges(run)
  const moved = run.changes?.digest !== before
  if (moved) {
    tellChanges(run)
    voidSignatures(run)
  }
  return { findings, moved }
}

/** Items about a difference that was none before, or is none now. Evidence about the commit is what it was. */
async function askAgain(run: Run): Promise<void> {
  await Promise.all(
    preItems.map(async (item) => {
      const address = `pre.${item}`
      const how = run.plan.gate.items[item]
      if (subjectOf(address) === null || how.by === 'not_applicable') return
      const again = wasUnchanged(run, item)
      if (again) tick(run, address, { ...openItem(address, how), answers: [] })
      if (run.items.get(address)?.state !== 'open') return
      // Nobody signs it meanwhile: the answer would take the signature's place.
      if (how.by === 'evidence') tick(run, address, { state: 'running', how: 'evidence', detail: askedAgain })
      await answerItem(run, item)
    }),
  )
  ignoreItems(run)
}

const askedAgain = 'it is asked again, the release now changes something else'

function notRead(error: unknown): Finding {
  const message = messageOf(error)
  if (failureType(error) !== failureTypes.historyAway) return broken('changes', message, { next: 'belay doctor' })
  const reason: Reason = { kind: 'history_away', message }
  return broken('changes', reasonLine(reason), { reason, next: 'belay doctor' })
}
