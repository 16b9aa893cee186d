import { adoptedVersion, isAdoption } from '../src/domain/adoption.ts'
import type { ItemAnswer, PreItem } from '../src/domain/checklist.ts'
import { preItems } from '../src/domain/checklist.ts'
import { markerFor, markerText } from '../src/domain/marker.ts'
import { adoptCommand } from '../src/domain/next-command.ts'
import type { Reason } from '../src/domain/reason.ts'
import { reasonLine } from '../src/domain/reason.ts'
import { act, anywhere, onHost, recordNow } from './proxies.ts'
import { startRecord } from './records.ts'
import { enterPhase, orderFor, type Run, Trouble, tick } from './run.ts'
import { signatures } from './signatures.ts'
import { messageOf } from './trouble.ts'

/**
 * Everything that must hold before the first change: the environment is free, the history answers, and the eight items
 * of the checklist are answered. All of it is asked side by side, and all that fails is reported at once.
 */
export async function gate(run: Run): Promise<void> {
  enterPhase(run, 'gate', `gate for ${run.plan.release.version} on ${run.plan.environment}`)
  const [rules] = await Promise.all([environmentRules(run), Promise.all(preItems.map((item) => answer(run, item)))])
  const failed = preItems.filter((item) => run.items.get(`pre.${item}`)?.state === 'failed')
  refuseIfAny([...rules, ...failed.map((item) => itemProblem(run, item))], rules)
  // A wait may have outlived what was true before it.
  if (await signatures(run)) await rulesStillHold(run)
  await startRecord(run)
}

type Problem = { item: string; why: string; reason?: Reason }

/** Evaluated again after every wait, right before the first change. */
export async function rulesStillHold(run: Run): Promise<void> {
  const rules = await environmentRules(run)
  refuseIfAny(rules, rules)
}

async function environmentRules(run: Run): Promise<Problem[]> {
  const found = await Promise.all([
    historyRules(run),
    tagRule(run),
    ...run.plan.hosts.map((host) => hostRule(run, host)),
  ])
  return found.flat()
}

async function historyRules(run: Run): Promise<Problem[]> {
  const { service, environment, release } = run.plan
  try {
    const row = { id: 'environment', summary: 'locks, blocked releases, version of record' }
    const facts = await act(recordNow.readEnvironment, row, { service, environment, ...release })
    return [
      ...(facts.lock ? [problem('lock', { kind: 'locked', lock: facts.lock })] : []),
      ...(facts.blocked
        ? [problem('release', { kind: 'blocked', version: release.version, reason: facts.blocked.reason })]
        : []),
      ...(facts.versionOfRecord === 'unknown'
        ? [
            {
              item: 'version of record',
              why: 'unknown after an unverified manual deployment; run `belay marker verify`',
            },
          ]
        : []),
    ]
  } catch (error) {
    return [problem('history', { kind: 'history_away', message: messageOf(error) })]
  }
}

async function tagRule(run: Run): Promise<Problem[]> {
  const { repository, release } = run.plan
  try {
    const row = { id: 'tag', summary: `${release.version} is still ${release.commit.slice(0, 12)}` }
    const resolved = await act(anywhere('probe').resolveRelease, row, {
      repository,
      version: release.version,
      commit: release.commit,
    })
    run.tagExists = resolved.tagExists
    return []
  } catch (error) {
    return [{ item: 'tag', why: messageOf(error) }]
  }
}

async function hostRule(run: Run, host: string): Promise<Problem[]> {
  try {
    const row = { id: `inspect:${host}`, summary: `${host}: free, and what it runs` }
    const state = await act(onHost(host, 'probe').inspectHost, row, { order: orderFor(run, host) })
    run.hostStates.set(host, state)
    if (state.claim && state.claim.deployment !== run.plan.deployment) {
      const { environment } = run.plan
      const next = isAdoption(state.claim)
        ? adoptCommand(environment, adoptedVersion(state.claim))
        : `belay rollback ${environment}`
      const why = `holds unfinished ${state.claim.deployment} (phase ${state.claim.phase}); next: ${next}`
      return [
        {
          item: host,
          why,
          reason: {
            kind: 'locked',
            lock: { reason: why, by: state.claim.deployment, since: state.claim.since, until: null },
          },
        },
      ]
    }
    return state.lock ? [problem(host, { kind: 'locked', lock: state.lock })] : []
  } catch (error) {
    return [{ item: host, why: messageOf(error) }]
  }
}

/** One item: answered by evidence at once, or left open for people. */
async function answer(run: Run, item: PreItem): Promise<void> {
  const how = run.plan.gate.items[item]
  const claim = run.plan.claims.find((candidate) => candidate.item === item)
  if (claim && 'acceptClaim' in how && how.acceptClaim) {
    tick(run, `pre.${item}`, {
      state: 'passed',
      how: 'claim',
      by: claim.by,
      claimed: true,
      via: 'start',
      link: claim.url,
    })
    return
  }
  try {
    const found = await evidence(run, item, how)
    if (found) tick(run, `pre.${item}`, { state: found.ok ? 'passed' : 'failed', via: 'belay', detail: found.detail })
  } catch (error) {
    tick(run, `pre.${item}`, { state: 'failed', via: 'belay', detail: messageOf(error) })
  }
}

async function evidence(run: Run, item: PreItem, how: ItemAnswer): Promise<{ ok: boolean; detail: string } | null> {
  switch (how.by) {
    case 'sign_off':
    case 'not_applicable':
      return null
    case 'command': {
      const { repository, release, deployment } = run.plan
      const row = { id: `evidence:${item}`, summary: `${item}: ${how.command.join(' ')}` }
      const order = { deployment, item, repository, release, command: how.command, timeoutMs: how.timeoutMs }
      return await act(anywhere('patient', how.timeoutMs).answerByCommand, row, order)
    }
    case 'belay':
      return item === 'rollback_plan' ? await wayBack(run) : await markerReady(run)
    case 'check':
      return { ok: false, detail: `a pre-deployment item cannot be answered by check ${how.check}` }
  }
}

async function wayBack(run: Run): Promise<{ ok: boolean; detail: string }> {
  const answers = await Promise.all(
    run.plan.hosts.map((host) => {
      const row = { id: `way back:${host}`, summary: `${host}: target exists, restore point can be captured` }
      return act(onHost(host, 'probe').checkWayBack, row, { order: orderFor(run, host), plan: run.plan })
    }),
  )
  return joined(run, answers)
}

async function markerReady(run: Run): Promise<{ ok: boolean; detail: string }> {
  const text = markerText(markerFor(run.plan, run.plan.release, new Date(Date.now()), run.plan.performer))
  const answers = await Promise.all(
    run.plan.hosts.map((host) => {
      const row = { id: `marker:${host}`, summary: `${host}: content valid, path safe` }
      return act(onHost(host, 'probe').checkMarker, row, { order: orderFor(run, host), plan: run.plan, text })
    }),
  )
  return joined(run, answers)
}

function joined(run: Run, answers: readonly { ok: boolean; detail: string }[]): { ok: boolean; detail: string } {
  const detail = answers.map((one, index) => `${run.plan.hosts[index]}: ${one.detail}`).join('; ')
  return { ok: answers.every((one) => one.ok), detail }
}

function itemProblem(run: Run, item: PreItem): Problem {
  return { item: `pre.${item}`, why: run.items.get(`pre.${item}`)?.detail ?? 'failed' }
}

function problem(item: string, reason: Reason): Problem {
  return { item, why: reasonLine(reason), reason }
}

/** Rules that say the same keep their own reason (a lock is on every host and in the history); others are listed. */
function refuseIfAny(problems: readonly Problem[], rules: readonly Problem[]): void {
  const [first] = problems
  if (!first) return
  const same = problems.every((one) => one.reason !== undefined && one.reason.kind === first.reason?.kind)
  const alone = same && problems.length === rules.length ? first.reason : undefined
  throw new Trouble(alone ?? { kind: 'gate', items: problems.map(({ item, why }) => ({ item, why })) })
}
