import { type ItemRecord, isGateItem } from './checklist.ts'
import { turningPoint } from './dossier.ts'
import { escapeMarkdown, hiddenLines } from './markdown.ts'
import { sampleLine } from './reason.ts'
import type { RunStatus } from './status.ts'

/**
 * What the Temporal UI shows as the run's current details: Markdown, most important line first, under 4 kB because it
 * travels in a URL. Foreign text is escaped.
 */
export function renderDetails(status: RunStatus): string {
  const parts = [headline, nextAction, wayBack, itemTable, samples, ignored].map((part) => part(status))
  const text = parts.filter((part) => part !== '').join('\n\n')
  return `${text.slice(0, 3800)}${hiddenLines}`
}

function headline(status: RunStatus): string {
  const what = titles[status.startedAs]
  const why = status.why ? `\n\n${escapeMarkdown(status.why)}` : ''
  return `**${status.outcome ?? status.phase}** | ${what} ${escapeMarkdown(status.release.version)} (${status.release.commit.slice(0, 12)}) on ${escapeMarkdown(status.environment)} by ${escapeMarkdown(status.performer)}${why}`
}

const titles = { deployment: 'Deployment of', rollback: 'Rollback to', drill: 'Drill of' } as const

function nextAction(status: RunStatus): string {
  const waiting = status.waitingFor
  if (waiting) {
    const until = waiting.until ? ` until ${waiting.until}` : ''
    const input = {
      deployment: status.deployment,
      question: waiting.question,
      answer: waiting.answers.join('|'),
      by: 'you',
      reason: 'why',
    }
    const how =
      waiting.answers.length > 0
        ? `\n\nSignal or Update \`decide\` with\n\`\`\`\n${JSON.stringify(input)}\n\`\`\``
        : signOffHint(status)
    return `**Waits since ${waiting.since}${until}:** ${escapeMarkdown(waiting.text)}${how}`
  }
  if (status.outcome) return ''
  const ends = status.windowEndsAt ? `The window ends at ${status.windowEndsAt}.` : ''
  return `${ends}${signOffHint(status)}`
}

function signOffHint(status: RunStatus): string {
  const open = status.items.filter((item) => item.how === 'sign_off' && item.state === 'open' && signable(status, item))
  if (open.length === 0) return ''
  const input = { deployment: status.deployment, item: open[0]?.item, by: 'you' }
  return `\n\nOpen for a person: ${open.map((item) => item.item).join(', ')}. Signal or Update \`signOff\` with\n\`\`\`\n${JSON.stringify(input)}\n\`\`\``
}

function signable(status: RunStatus, item: ItemRecord): boolean {
  return status.liveSince !== null || isGateItem(item.item)
}

/** What was done to come back, step by step, and what failed on the way. */
function wayBack({ startedAs, phase, outcome, events }: RunStatus): string {
  if (phase !== 'rollback' && outcome !== 'ROLLED_BACK' && outcome !== 'ROLLBACK_FAILED') return ''
  const turned = startedAs === 'drill' ? turningPoint(events) : null
  const failed = events.findIndex((event) => event.kind === 'failure') + 1
  const since = startedAs === 'rollback' ? 0 : (turned?.seq ?? failed)
  const steps = events.slice(since).filter((event) => event.kind === 'step' || event.kind === 'failure')
  return steps
    .slice(-12)
    .map((step) => `- ${escapeMarkdown(step.text.slice(0, 120))}`)
    .join('\n')
}

function itemTable(status: RunStatus): string {
  if (status.items.length === 0) return ''
  const rows = status.items.map(
    (item) => `| ${item.item} | ${stateWord(item, status.outcome !== null)} | ${escapeMarkdown(answeredBy(item))} |`,
  )
  return ['| item | state | by |', '|---|---|---|', ...rows].join('\n')
}

function stateWord(item: ItemRecord, ended: boolean): string {
  switch (item.state) {
    case 'passed':
      return 'PASSED'
    case 'failed':
      return 'FAILED'
    case 'not_applicable':
      return 'n/a'
    case 'ignored':
      return 'IGNORED'
    case 'open':
    case 'running':
      return ended ? 'unanswered' : item.state
  }
}

function answeredBy(item: ItemRecord): string {
  if (item.by) return `${item.by}${item.claimed ? ' (claimed)' : ''}`
  if (item.how === 'not_applicable') return ''
  return item.how === 'belay' ? 'Belay' : item.how
}

function samples(status: RunStatus): string {
  const bad = status.samples.filter((sample) => sample.verdict !== 'passed')
  return bad.map((sample) => `- ${escapeMarkdown(sampleLine(sample))}`).join('\n')
}

function ignored(status: RunStatus): string {
  const last = status.events.filter((event) => event.kind === 'ignored').slice(-3)
  return last.map((event) => `- ${escapeMarkdown(event.text)}`).join('\n')
}
