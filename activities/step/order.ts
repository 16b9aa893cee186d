import { isRecord } from '../../src/domain/is-record.ts'
import type { RunOrder, Step } from './step.ts'

/** Reads `order.json`; throws on anything that Belay did not write. */
export function parseOrder(value: unknown): RunOrder {
  if (!isRecord(value) || !isTexts(value.stopFiles) || !isRecord(value.step)) throw new Error('no order')
  const {
    deployment,
    name,
    try: attempt,
    commands,
    cwd,
    env,
    timeoutMs,
    silenceMs,
    rerunSafe,
    leavesProcesses,
  } = value.step
  if (typeof deployment !== 'string' || typeof name !== 'string' || typeof attempt !== 'number')
    throw new Error('no key')
  if (!isCommands(commands) || typeof cwd !== 'string') throw new Error('no commands')
  if (typeof timeoutMs !== 'number' || (silenceMs !== null && typeof silenceMs !== 'number'))
    throw new Error('no limits')
  const step: Step = { deployment, name, try: attempt, commands, cwd, env: textsOf(env), timeoutMs, silenceMs }
  return {
    step: { ...step, rerunSafe: rerunSafe === true, leavesProcesses: leavesProcesses === true },
    stopFiles: value.stopFiles,
  }
}

function isCommands(value: unknown): value is string[][] {
  return Array.isArray(value) && value.every(isTexts)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function textsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(Object.entries(value).flatMap(([name, text]) => (isText(text) ? [[name, text]] : [])))
}
