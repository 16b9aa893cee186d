import { type ItemRecord, isGateItem, isOutsideLists } from '../checklist.ts'
import { changesLine } from '../gate/changes-text.ts'
import { ignoredLine } from '../gate/ignored.ts'
import { onCallWords } from '../gate/on-call.ts'
import { differencesOf } from '../gate/open-differences.ts'
import { reviewedHash, subjectOf } from '../gate/reviewed.ts'
import { nameWords, signWords } from '../item-words.ts'
import { escapeMarkdown, hiddenLines } from '../markdown.ts'
import { decideCommand, signCommand } from '../next-command.ts'
import { sampleLine } from '../reason.ts'
import type { RunStatus } from '../status.ts'
import { turningPoint } from './dossier.ts'

/**
 * What the Temporal UI shows as the run's current details: Markdown, most important line first, under 4 kB because it
 * travels in a URL. Foreign text is escaped.
 */
export function renderDetails(status: RunStatus): string {
  const all = [headline, ignoredSafeties, changed, nextAction, onCall, wayBack, itemTable, samples, ignored]
  const parts = all.map((part) => part(status))
  const text = parts.filter((part) => part !== '').join('\n\n')
  return `${text.slice(0, 3800)}${hiddenLines}`
}

function headline(status: RunStatus): string {
  const what = titles[status.startedAs]
  const why = status.why ? `\n\n${escapeMarkdown(status.why)}` : ''
  return `**${status.outcome ?? status.phase}** | ${what} ${escapeMarkdown(status.release.version)} (${status.release.commit.slice(0, 12)}) on ${escapeMarkdown(status.environment)} by ${escapeMarkdown(nameWords(status.performer, status.performerProven))}${why}`
}

function changed({ changes }: RunStatus): string {
  return changes ? `Changes ${escapeMarkdown(changesLine(changes))}.` : ''
}

/** Some of many: the page is short, and the plan's own page has them all. */
function ignoredSafeties({ ignoredSafeties: all = [], performer, performerProven }: RunStatus): string {
  const lines = all
    .slice(0, 12)
    .map((safety) => escapeMarkdown(ignoredLine(safety, performer, performerProven).slice(0, 160)))
  const more = all.length > 12 ? [`- and ${all.length - 12} more`] : []
  return [...lines.map((line) => `- IGNORED SAFETY ${line}`), ...more].join('\n')
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
      waiting.answers.length > 0 && status.identity === 'ssh'
        ? `\n\n${provenHint} \`${decideCommand(status.environment, waiting.answers)}\``
        : waiting.answers.length > 0
          ? `\n\nSignal or Update \`decide\` with\n\`\`\`\n${JSON.stringify(input)}\n\`\`\``
          : signOffHint(status)
    return `**Waits since ${waiting.since}${until}:** ${escapeMarkdown(waiting.text)}${how}`
  }
  if (status.outcome) return ''
  const ends = status.windowEndsAt ? `The window ends at ${status.windowEndsAt}.` : ''
  return `${ends}${signOffHint(status)}`
}

function onCall({ onCall: found }: RunStatus): string {
  return found ? `On call: ${escapeMarkdown(onCallWords(found))}` : ''
}

function signOffHint(status: RunStatus): string {
  const open = status.items.filter((item) => item.how === 'sign_off' && item.state === 'open' && signable(status, item))
  if (open.length === 0) return ''
  const names = open.map((item) => item.item)
  if (status.identity === 'ssh') {
    const command = `${provenHint} \`${signCommand(status.environment, names)}\``
    return `\n\nOpen for a person: ${escapeMarkdown(signWords(open))}. ${command}${differences(status, names)}`
  }
  const changes = subjectOf(names[0] ?? '') === null ? null : reviewedHash(status.changes, names[0] ?? '')
  const input = { deployment: status.deployment, item: names[0], by: 'you', ...(changes !== null && { changes }) }
  return `\n\nOpen for a person: ${escapeMarkdown(signWords(open))}. Signal or Update \`signOff\` with\n\`\`\`\n${JSON.stringify(input)}\n\`\`\`${differences(status, names)}`
}

/** A dialog of this page cannot sign. */
const provenHint = 'Names are proven here (SSH key): a signal without a signature is ignored. Type'

/** What is to be looked at before signing. */
function differences({ changes }: RunStatus, items: readonly string[]): string {
  return differencesOf(changes, items, mostLines)
    .flatMap(({ title, lines }) => [`\n\n${title}`, ...lines.map((line) => `- ${escapeMarkdown(line.slice(0, 120))}`)])
    .join('\n')
}

/** All of it must fit into 4 kB. */
const mostLines = 8

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
  if (isOutsideLists(item.item) && item.detail !== '') return item.detail
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
