import type { Who } from '../../src/domain/identity/who.ts'
import { type Message, onOneLine, type Receipt } from '../../src/domain/message.ts'
import { words } from '../../src/domain/reason.ts'
import { signed } from '../gate/signed.ts'
import { interrupt } from '../run/interrupt.ts'
import { note, type Run, tick } from '../run/run.ts'
import { show } from '../run/show.ts'
import { demandsProof } from './prove.ts'

/** What an admitted message does to the run, and the line that says so. */
export function take(run: Run, said: Message, via: 'signal' | 'update'): Receipt {
  const read = onOneLine(said)
  const message = read.ok ? read.message : said
  const recorded = effectOf(run, message, via)
  // Answering an item adds a line of its own.
  if (message.name !== 'signOff' && message.name !== 'reject') {
    note(run, 'message', recorded, { name: message.name, by: message.by, via })
  }
  show(run)
  return { recorded }
}

function effectOf(run: Run, message: Message, via: 'signal' | 'update'): string {
  // Where names are proven, a message without a proof was ignored before it came here.
  const claimed = !demandsProof(run)
  const by = `${message.by} (${claimed ? 'claimed' : 'ssh'})`
  const who: Who = { by: message.by, ...(!claimed && { claimed }) }
  switch (message.name) {
    case 'signOff':
      return signed(run, message, via)
    case 'reject':
      tick(run, message.item, { state: 'failed', by: message.by, claimed, via, note: message.reason })
      interrupt(run, { kind: 'rejected', item: message.item, reason: message.reason, ...who })
      return `${message.item} refused by ${by}`
    case 'abort':
      interrupt(run, { kind: 'aborted', reason: message.reason, ...who })
      return `abort asked for by ${by}`
    case 'rollback':
      interrupt(run, { kind: 'rollback_requested', reason: message.reason, ...who })
      return `rollback asked for by ${by}`
    case 'supersede':
      interrupt(run, { kind: 'superseded', version: message.version, ...who })
      return `superseded by ${message.version}, which ${by} deploys`
    case 'extendWindow':
      run.windowEndsAtMs = (run.windowEndsAtMs ?? Date.now()) + message.byMs
      return `window extended by ${words(message.byMs)} by ${by}: ${message.reason}`
    case 'decide':
      run.decisions.set(message.question, message)
      return `${message.question}: ${message.answer}, decided by ${by}: ${message.reason}`
  }
}
