import { createGit } from '../../../activities/git/git.ts'
import { connect } from '../../client/client.ts'
import { knownVersions } from '../../client/known-versions.ts'
import { configuredPlaces } from '../../client/places.ts'
import { environmentPlan } from '../../client/prepare.ts'
import { safetyRules } from '../../domain/gate/safety-rules.ts'
import { runKinds } from '../../domain/log/entry.ts'
import { decisionAnswers } from '../../domain/message.ts'
import type { Plan } from '../../domain/plan.ts'
import { itemsOfPlan } from '../../domain/plan-items.ts'
import type { RunStatus } from '../../domain/status.ts'
import { openItems } from '../../domain/waiting.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'
import type { Slot } from './completion.ts'

/** What was typed so far, as far as values depend on it. */
export type Typed = { file: string; environment: string | null }

/** The values that fit a place on the command line, now. Answers soon with what it could learn; never throws. */
export async function valuesFor(shell: Shell, slot: Slot, typed: Typed): Promise<readonly string[]> {
  try {
    return await valuesOf(shell, slot, typed)
  } catch {
    return []
  }
}

async function valuesOf(shell: Shell, { command, name }: Slot, typed: Typed): Promise<readonly string[]> {
  switch (name) {
    case 'environment':
    case '--env':
      return await environments(typed)
    case 'deployment':
    case 'deployment|environment':
    case 'environment|deployment':
      return [...(await environments(typed)), ...(await deployments(shell))]
    case 'item':
      return await items(shell, typed)
    case 'answer':
      return (await openRun(shell, typed))?.waitingFor?.answers ?? decisionAnswers
    case 'release':
    case 'version':
    case '--to':
    case '--release':
      return await versions(shell, typed)
    case 'step-or-process':
      return await logNames(typed)
    case 'action':
      return actions[command] ?? []
    case 'shell':
      return ['bash', 'zsh', 'fish']
    case '--ignore':
      return safetyRules
    case '--kind':
      return runKinds
    case '--only':
      return ['database', 'configuration']
    case '--host':
      return (await planOf(typed)).hosts
    default:
      return []
  }
}

/** Of the commands that begin with what to do. */
const actions: Readonly<Record<string, readonly string[]>> = { marker: ['create', 'verify', 'show'], notify: ['test'] }

async function environments({ file }: Typed): Promise<readonly string[]> {
  return (await configuredPlaces(file))?.environments ?? []
}

async function deployments(shell: Shell): Promise<readonly string[]> {
  const newest = withHistory(shell, (history) => history.listDeployments({ limit: 20 }))
  return (await soon(newest))?.rows.map((row) => row.deployment) ?? []
}

/** What the open run can be told now; without one that answers, everything a person could be asked. */
async function items(shell: Shell, typed: Typed): Promise<readonly string[]> {
  const status = await openRun(shell, typed)
  if (status) return openItems(status)
  return itemsOfPlan(await planOf(typed)).flatMap((item) => (item.how === 'sign_off' ? [item.item] : []))
}

async function openRun(shell: Shell, typed: Typed): Promise<RunStatus | null> {
  const places = await configuredPlaces(typed.file)
  const { environment } = typed
  if (places === null || environment === null) return null
  const asking = connect(shell.environment).then(async (belay) => {
    const run = await belay.attach(places.service, environment)
    return run && (await run.open()) ? await run.status() : null
  })
  return await soon(asking)
}

async function versions(shell: Shell, typed: Typed): Promise<readonly string[]> {
  const places = await configuredPlaces(typed.file)
  const environment = typed.environment ?? places?.environments[0] ?? ''
  const { repository } = await planOf({ ...typed, environment })
  return await knownVersions(createGit({ environment: shell.environment }), repository)
}

/** The steps that leave output behind, and the processes of the service. */
async function logNames(typed: Typed): Promise<readonly string[]> {
  const { layout, gate } = await planOf(typed)
  const commands = Object.entries(gate.items).flatMap(([id, how]) => (how.by === 'command' ? [`evidence-${id}`] : []))
  return [
    ...layout.processes.map((process) => process.name),
    'fetch',
    'build',
    'migrate',
    'revert',
    'switch',
    'switch-back',
    ...commands,
  ]
}

async function planOf({ file, environment }: Typed): Promise<Plan> {
  return await environmentPlan(file, environment ?? '', 'completion')
}

/** A person waits with a finger on the key: what takes longer is left out. */
async function soon<T>(work: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), soonMs))
  return await Promise.race([work.catch(() => null), late])
}

const soonMs = 1_000
