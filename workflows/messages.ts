import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { MessageName, Receipt } from '../src/domain/message.ts'
import type { RunStatus } from '../src/domain/status.ts'

/** The wire names; each message exists as a signal and as an Update that can say no. */
export const statusQuery = defineQuery<RunStatus>('status')

export function messageSignal(name: MessageName) {
  return defineSignal<[unknown]>(name)
}

export function messageUpdate(name: MessageName) {
  return defineUpdate<Receipt, [unknown]>(name)
}
