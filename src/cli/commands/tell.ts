import { addressOf, questionOf } from '../../client/address.ts'
import type { Run } from '../../client/client.ts'
import { Refused, Usage } from '../../client/errors.ts'
import { provenMessage } from '../../client/sign/signer.ts'
import { requireWorker } from '../../client/workers.ts'
import { durationMs, isDuration } from '../../config/schema/duration.ts'
import { differencesOf } from '../../domain/gate/open-differences.ts'
import { boundTo } from '../../domain/gate/reviewed.ts'
import { decisionAnswers, type Message } from '../../domain/message.ts'
import type { RunStatus } from '../../domain/status.ts'
import { shown } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { argument, requiredReason, text } from '../given.ts'
import { openRunOf, withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

export async function sign(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const [note, link] = [text(options.note), text(options.link)]
  return await tellRun(shell, args, options, (status, by) => {
    const items = args.slice(1).map((item) => addressOf(status, item))
    sayDifferences(shell, status, items)
    return items.map((item) => ({
      name: 'signOff',
      deployment: status.deployment,
      item,
      by,
      plan: status.planDigest,
      ...boundTo(status.changes, item),
      ...(note === null ? {} : { note }),
      ...(link === null ? {} : { link }),
    }))
  })
}

export async function reject(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const item = argument(args, 1, 'item')
  const reason = requiredReason(options)
  return await tellRun(shell, args, options, (status, by) => [
    { name: 'reject', deployment: status.deployment, item: addressOf(status, item), by, reason },
  ])
}

export async function abort(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const reason = requiredReason(options)
  return await tellRun(shell, args, options, (status, by) => [
    { name: 'abort', deployment: status.deployment, by, reason },
  ])
}

export async function decide(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const given = argument(args, 1, 'answer')
  const answer = decisionAnswers.find((known) => known === given.replace('-', '_'))
  if (!answer) throw new Usage(`expected an answer, one of ${decisionAnswers.join(', ')}; got ${shown(given)}`)
  const reason = requiredReason(options)
  return await tellRun(shell, args, options, (status, by) => {
    const question = text(options.question) ?? questionOf(status)
    return [{ name: 'decide', deployment: status.deployment, question, answer, by, reason }]
  })
}

export async function extend(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const duration = argument(args, 1, 'duration')
  if (!isDuration(duration)) throw new Usage(`expected a duration like 10m, got ${shown(duration)}`)
  const byMs = durationMs(duration)
  const reason = requiredReason(options)
  return await tellRun(shell, args, options, (status, by) => [
    { name: 'extendWindow', deployment: status.deployment, by, reason, byMs },
  ])
}

/** What is signed, in full view: the run refuses the signature if it has become something else meanwhile. */
function sayDifferences(shell: Shell, status: RunStatus, items: readonly string[]): void {
  for (const { title, lines } of differencesOf(status.changes, items, mostLines)) {
    for (const line of [title, ...lines.map((one) => `  ${one}`)]) shell.say(line)
  }
}

/** A long difference is read with `belay status --json`; a screen holds about this much. */
const mostLines = 40

async function tellRun(
  shell: Shell,
  args: readonly string[],
  options: Options,
  messages: (status: RunStatus, by: string) => readonly Message[],
): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorker(belay)
    const run = await openRunOf(belay, plan)
    const refused: string[] = []
    const status = await run.status()
    for (const message of messages(status, by)) {
      const refusal = await send(shell, run, await provenMessage(message, status, signingOf(shell, options)))
      if (refusal !== null) refused.push(refusal)
    }
    for (const refusal of refused) shell.say(`refused: ${refusal}`)
    if (refused.length === 0) return exitCodes.done
    shell.say(`Next: belay status ${plan.environment}`)
    return exitCodes.usage
  })
}

/** Prints the receipt, or answers with why the run refused. */
async function send(shell: Shell, run: Run, message: Message): Promise<string | null> {
  try {
    const { recorded } = await run.tell(message)
    shell.print(`recorded: ${recorded}`)
    return null
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.message
  }
}
