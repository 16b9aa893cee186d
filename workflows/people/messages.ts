import { defaultPayloadConverter, type RawValue, rawValueTypeInfo } from '@temporalio/common'
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { MessageName, Receipt } from '../../src/domain/message.ts'
import type { RunStatus } from '../../src/domain/status.ts'

/** The wire names; each message exists as a signal and as an Update that can say no. */
export const statusQuery = defineQuery<RunStatus, [asked?: unknown]>('status')

/** Taken as it comes: input that cannot be decoded would leave the workflow task, and so the run, retrying for ever. */
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

/** One is read; each that is not listed would be decoded by the SDK. */
const mostInputs = 1_000
