import { defaultPayloadConverter, type RawValue, rawValueTypeInfo } from '@temporalio/common'
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { MessageName, Receipt } from '../../src/domain/message.ts'
import type { RunStatus } from '../../src/domain/status.ts'

/** The whole state of a run; `asked`: from which event on. */
export const statusQuery = defineQuery<RunStatus, [asked?: unknown]>('status')

/**
 * Every message exists as a signal, here, and as an Update, which can say no. Input is
 * taken raw: what cannot be decoded would leave the workflow task, and so the run, retrying for ever.
 */
export function messageSignal(name: MessageName) {
  return defineSignal<RawValue[]>(name, { typeInfo: { inputTypes: Array(mostInputs).fill(rawValueTypeInfo) } })
}

/** What a signal says, or a sentence in its place when it cannot be read. */
export function readable(input: RawValue | undefined): unknown {
  if (input === undefined) return undefined
  try {
    return defaultPayloadConverter.fromPayload(input.payload)
  } catch {
    return 'input that is not JSON'
  }
}

export function messageUpdate(name: MessageName) {
  return defineUpdate<Receipt, [unknown]>(name)
}

/** Only the first argument is read; the others are listed so that the SDK does not try to decode them. */
const mostInputs = 1_000
