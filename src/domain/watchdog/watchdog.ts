import { isAdoptionId } from '../adoption.ts'
import { hostTaskQueue, placeOf, taskQueue } from '../id.ts'
import { adoptCommand } from '../next-command.ts'
import { isFreshPoll, pollFreshForMs } from '../polls.ts'
import { words } from '../reason.ts'
import type { Facts, OpenFacts, RunName, StepFacts, TerminatedFacts } from './facts.ts'

/** Something a person has to look at, of which no run will tell them by itself. */
export type Alarm = {
  kind: 'worker' | 'agent' | 'task' | 'step' | 'idle' | 'half way' | 'notice'
  /** Workflow IDs of the runs it is about. */
  runs: readonly string[]
  text: string
  next: string
}

/** What makes no progress, and what was left half way. A run that waits for a person makes progress until its deadline. */
export function judgeRuns(facts: Facts): Alarm[] {
  const { open, nowMs } = facts
  const served = open.length === 0 || isPolled(facts, taskQueue)
  return [
    // Without a worker nothing goes on: what else stands still is its consequence.
    ...(served ? open.flatMap((run) => stuck(run, nowMs) ?? []) : [noWorker(open)]),
    ...missingAgents(facts),
    ...facts.terminated.filter(isHalfWay).map(halfWay),
    ...facts.failedNotices.map(lostNotice),
  ]
}

/** One lost task is a worker that died; the third one is not. */
const tasksForNothing = 3
/** Steps whose failure is an answer are tried four times, changes ten times; only what retries for ever gets here. */
const triesForNothing = 11
/**
 * A step may queue for an agent for five minutes, a slice of watching takes five: nothing is silent for longer. An
 * adoption is steps only, and never waits for a person.
 */
const longestSilenceMs = 10 * 60_000
/** People are reminded at most this far apart (`ask.ts` of the workflows). */
const longestReminderMs = 4 * 60 * 60_000

function isPolled({ polledAtMs, nowMs }: Facts, queue: string): boolean {
  return isFreshPoll(polledAtMs.get(queue) ?? null, nowMs)
}

function noWorker(open: readonly OpenFacts[]): Alarm {
  const runs = open.map((run) => run.workflowId)
  const text = `no worker polls task queue ${taskQueue}, and ${runs.join(', ')} ${runs.length === 1 ? 'waits' : 'wait'} for one`
  return { kind: 'worker', runs, text, next: 'start one with belay worker (or belay dev)' }
}

function missingAgents(facts: Facts): Alarm[] {
  const hosts = new Set(facts.open.flatMap((run) => run.plan?.hosts ?? []))
  return [...hosts]
    .filter((host) => !isPolled(facts, hostTaskQueue(host)))
    .map((host) => {
      const runs = facts.open.filter((run) => run.plan?.hosts.includes(host)).map((run) => run.workflowId)
      const text = `nobody polls task queue ${hostTaskQueue(host)}, which ${runs.join(', ')} needs`
      return { kind: 'agent', runs, text, next: `start it on that host with belay worker --host ${host}` }
    })
}

/** The first thing that keeps a run from going on, or null. */
function stuck(run: OpenFacts, nowMs: number): Alarm | null {
  const alarm = (kind: Alarm['kind'], what: string, next = lookAt(run)) => ({
    kind,
    runs: [run.workflowId],
    text: `${nameOf(run)}: ${what}`,
    next,
  })
  const { task } = run
  if (task && task.attempt >= tasksForNothing) {
    const said = task.failure === null ? '' : `: ${firstLine(task.failure)}`
    const next = 'start a worker of the version that began it; the log of the one that runs says more'
    return alarm('task', `its workflow task was tried ${task.attempt} times${said}`, next)
  }
  if (task && !task.started && nowMs - task.sinceMs > pollFreshForMs) {
    return alarm('task', `nobody has taken its workflow task for ${words(nowMs - task.sinceMs)}`)
  }
  const step = run.steps.find(({ attempt }) => attempt >= triesForNothing)
  if (step) return alarm('step', `${triedFor(step, nowMs)}${step.failure ? `: ${firstLine(step.failure)}` : ''}`)
  const silentMs = nowMs - lastSeenMs(run)
  if (silentMs > silenceAllowedMs(run)) return alarm('idle', `nothing has happened for ${words(silentMs)}`)
  return null
}

function triedFor({ id, attempt, sinceMs }: StepFacts, nowMs: number): string {
  return `${id} was tried ${attempt} times in ${words(nowMs - sinceMs)}`
}

function lastSeenMs(run: OpenFacts): number {
  return Math.max(run.lastEventAtMs, ...run.steps.map((step) => step.seenAtMs ?? 0))
}

/** A person may take as long as the plan gives them; then a timer fires, which is an event. */
function silenceAllowedMs({ waitingFor, plan }: OpenFacts): number {
  if (waitingFor === null) return longestSilenceMs
  const byPlan =
    waitingFor === 'sign-off' ? [plan?.gate.withinMs] : [plan?.decisionReminderMs, plan?.monitoring.windowMs]
  return (
    longestSilenceMs +
    Math.max(...byPlan.map((ms) => ms ?? 0), plan && waitingFor === 'sign-off' ? 0 : longestReminderMs)
  )
}

/** An adoption has no page of its own: whoever gives the same command again waits for it, and hears how it ends. */
function lookAt(run: RunName): string {
  return isAdoptionId(run.workflowId)
    ? `${sameAdoption(run)} attaches to it; the Temporal UI shows what it waits for`
    : `belay status ${environmentOf(run)}`
}

function sameAdoption(run: RunName): string {
  return `${adoptCommand(environmentOf(run), run.version)}, as before,`
}

/** Nothing on any host changes in the gate. A run that came later may still be bringing the environment back. */
function isHalfWay({ phase, since }: TerminatedFacts): boolean {
  return phase !== null && phase !== 'gate' && phase !== 'finished' && since === 'nothing'
}

function halfWay(run: TerminatedFacts): Alarm {
  const [left, next] = isAdoptionId(run.workflowId)
    ? ['it may have left a claim, which keeps deployments out', `${sameAdoption(run)} takes it over`]
    : ['its hosts may be half way', `belay rollback ${environmentOf(run)}`]
  return { kind: 'half way', runs: [run.workflowId], text: `${nameOf(run)} was terminated: ${left}`, next }
}

function lostNotice({ workflowId, how }: { workflowId: string; how: string }): Alarm {
  const text = `${workflowId}: the notice was not delivered (${firstLine(how)})`
  return {
    kind: 'notice',
    runs: [workflowId],
    text,
    next: 'tell them yourself, and look at its last attempt in the Temporal UI',
  }
}

function nameOf({ workflowId, version, phase }: RunName): string {
  return `${workflowId} (${version}, phase ${phase ?? 'not begun'})`
}

function environmentOf({ workflowId }: RunName): string {
  return placeOf(workflowId).environment
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 200)
}
