import { approvalItem, preItems } from '../../src/domain/checklist.ts'
import type { Finding } from '../../src/domain/gate/finding.ts'
import { heeded, ignoredLine, ignoredRule } from '../../src/domain/gate/ignored.ts'
import type { IgnoredSafety } from '../../src/domain/plan.ts'
import { note, type Run, tick } from '../run.ts'

/** The findings as they count: what an ignored rule would have refused stays on the record. */
export function withIgnored(run: Run, findings: readonly Finding[]): Finding[] {
  return findings.map((found) => {
    const { finding, ignored } = heeded(run.plan, found)
    if (ignored) noteIgnored(run, ignored, `it would have refused: ${found.why}`)
    return finding
  })
}

/** Evidence was asked all the same: what it left failed or open is ignored, and what passed has passed. */
export function ignoreItems(run: Run): void {
  for (const id of preItems) ignoreItem(run, `pre.${id}`, id)
  ignoreItem(run, approvalItem, 'approvals')
}

function ignoreItem(run: Run, address: string, rule: string): void {
  const item = run.items.get(address)
  const safety = ignoredRule(run.plan, rule)
  if (!item || safety === null || (item.state !== 'failed' && item.state !== 'open')) return
  const why = item.state === 'open' ? 'nobody has answered it' : item.detail
  noteIgnored(run, safety, `it would have ${item.state === 'open' ? 'waited' : 'refused'}: ${why}`)
  const { by, reason } = safety
  tick(run, address, { state: 'ignored', by, claimed: by === run.plan.performer, note: reason, via: 'start' })
}

/** Once a rule: it is asked again after every wait. */
function noteIgnored(run: Run, safety: IgnoredSafety, consequence: string): void {
  const { rule, by } = safety
  if (run.events.some(({ data }) => data?.ignored === rule)) return
  const text = `IGNORED ${ignoredLine(safety, run.plan.performer, run.performer?.holds)} (${consequence})`
  note(run, 'message', text, { ignored: rule, by })
}
