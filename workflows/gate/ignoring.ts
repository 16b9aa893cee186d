import {
  approvalItem,
  type ItemAddress,
  type ItemRecord,
  type ItemState,
  preItems,
} from '../../src/domain/checklist.ts'
import type { Finding } from '../../src/domain/gate/finding.ts'
import { heeded, ignoredLine, ignoredRule } from '../../src/domain/gate/ignored.ts'
import type { GateRule } from '../../src/domain/gate/safety-rules.ts'
import type { IgnoredSafety } from '../../src/domain/plan.ts'
import { note, type Run, tick } from '../run/run.ts'

/** The findings as they count: what an ignored rule would have refused stays on the record. */
export function withIgnored(run: Run, findings: readonly Finding[]): Finding[] {
  return findings.map((found) => {
    const { finding, ignored } = heeded(run.plan, found)
    if (ignored) noteIgnored(run, ignored, `it would have refused: ${found.why}`)
    return finding
  })
}

/**
 * How an item of the gate stands now. One of an ignored rule never stands in the way, whenever it turned: what it left
 * is on the record, and the item is ignored. What passed has passed.
 */
export function putItem(run: Run, address: ItemAddress, change: Partial<ItemRecord>): void {
  tick(run, address, change)
  ignoreItem(run, address)
}

/** An open item that only a person could have answered: under an ignored rule nobody is asked. */
export function ignoreItems(run: Run): void {
  for (const id of preItems) ignoreItem(run, `pre.${id}`)
  ignoreItem(run, approvalItem)
}

/** A rule that is not even asked; says whether it is ignored. */
export function ignoreUnasked(run: Run, rule: GateRule, consequence: string): boolean {
  const safety = ignoredRule(run.plan, rule)
  if (safety) noteIgnored(run, safety, consequence)
  return safety !== null
}

function ignoreItem(run: Run, address: ItemAddress): void {
  const item = run.items.get(address)
  const safety = ignoredRule(run.plan, address === approvalItem ? 'approvals' : address.replace(/^pre\./, ''))
  if (!item || safety === null || !standsInTheWay.has(item.state)) return
  const why = item.state === 'open' ? 'nobody has answered it' : item.detail
  noteIgnored(run, safety, `it would have ${item.state === 'failed' ? 'refused' : 'waited'}: ${why}`)
  const { by, reason } = safety
  tick(run, address, {
    state: 'ignored',
    by,
    claimed: by === run.plan.performer && run.performer?.holds !== true,
    note: reason,
    via: 'start',
  })
}

const standsInTheWay: ReadonlySet<ItemState> = new Set(['open', 'running', 'failed'])

/** Recorded once for each rule, although the rules are asked again after every wait. */
function noteIgnored(run: Run, safety: IgnoredSafety, consequence: string): void {
  const { rule, by } = safety
  if (run.events.some(({ data }) => data?.ignored === rule)) return
  const text = `IGNORED ${ignoredLine(safety, run.plan.performer, run.performer?.holds)} (${consequence})`
  note(run, 'message', text, { ignored: rule, by })
}
