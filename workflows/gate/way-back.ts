import type { ItemRecord } from '../../src/domain/checklist.ts'
import { type DrillDemand, judgeDrill } from '../../src/domain/gate/last-drill.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { act, anywhere, onHost, recordNow } from '../proxies.ts'
import { now, orderFor, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/** How the item stands, and its answers where more than Belay itself was asked. */
export type WayBack = { ok: boolean; detail: string } & Pick<ItemRecord, 'answers'>

/**
 * Every host can go back: its target is there, still built, and a restore point can be captured. Beside that what the
 * service demands: a document in the release, and a drill of this very commit. A drill needs no drill before it.
 */
export async function wayBack(run: Run): Promise<WayBack> {
  const { document = null, drill = null } = run.plan.gate.policy?.rollbackPlan ?? {}
  const demanded = [
    ...(document === null ? [] : [withDocument(run, document)]),
    ...(drill === null || run.startedAs === 'drill' ? [] : [withDrill(run, drill)]),
  ]
  const [feasible, ...more] = await Promise.all([feasibleNow(run), ...demanded])
  if (demanded.length === 0) return { ok: feasible.ok, detail: feasible.detail }
  const answers = [feasible, ...more].map((said) => answerOf(run, said))
  const refused = answers.filter(({ ok }) => !ok)
  const told = refused.length > 0 ? refused : answers
  return { ok: refused.length === 0, detail: told.map(({ detail }) => detail).join('; '), answers }
}

/** What every host said, as one answer. */
export function joined(run: Run, answers: readonly { ok: boolean; detail: string }[]): { ok: boolean; detail: string } {
  const detail = answers.map((one, index) => `${run.plan.hosts[index]}: ${one.detail}`).join('; ')
  return { ok: answers.every((one) => one.ok), detail }
}

type Said = { provider: 'way_back' | 'document' | 'drill'; ok: boolean; detail: string; next?: string | null }

async function feasibleNow(run: Run): Promise<Said> {
  const answers = await Promise.all(
    run.plan.hosts.map((host) => {
      const row = { id: `way back:${host}`, summary: `${host}: target exists, restore point can be captured` }
      return act(onHost(host, 'probe').checkWayBack, row, { order: orderFor(run, host), plan: run.plan })
    }),
  )
  return { provider: 'way_back', ...joined(run, answers) }
}

async function withDocument(run: Run, path: string): Promise<Said> {
  const { repository, release } = run.plan
  const place = `${path} at ${release.commit.slice(0, 12)}`
  const next = `write ${path} and release a commit that holds it`
  try {
    const row = { id: 'rollback document', summary: place }
    const input = { repository, commit: release.commit, path }
    const { found, bytes } = await act(anywhere('probe').lookAtFile, row, input)
    if (!found) return { provider: 'document', ok: false, detail: `expected the document ${place}, found none`, next }
    const empty = { ok: false, detail: `expected words in the document ${place}, it is empty`, next }
    return { provider: 'document', ...(bytes === 0 ? empty : { ok: true, detail: `${place} (${bytes} bytes)` }) }
  } catch (error) {
    return { provider: 'document', ok: false, detail: `${place}: ${messageOf(error)}` }
  }
}

/** Of the history: where it does not answer, nobody knows, and the item says so. */
export async function withDrill(run: Run, demand: DrillDemand): Promise<Said> {
  const { service, release } = run.plan
  const { version, commit } = release
  try {
    const row = { id: 'last drill', summary: `of ${version} in ${demand.environment}` }
    const last = await act(recordNow.readLastDrill, row, { service, environment: demand.environment, commit })
    return { provider: 'drill', ...judgeDrill(last, demand, { version, nowMs: Date.now() }) }
  } catch (error) {
    return { provider: 'drill', ok: false, detail: `the last drill is not known: ${messageOf(error)}` }
  }
}

function answerOf({ plan }: Run, { provider, ok, detail, next }: Said): Answer {
  const said = { provider, ok, detail: detail.slice(0, 300), link: null, commit: plan.release.commit, by: null }
  return { ...said, claimed: false, at: now(), ...(next && { next }) }
}
