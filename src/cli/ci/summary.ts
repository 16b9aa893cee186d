import { ignoredLine } from '../../domain/gate/ignored.ts'
import { nameWords } from '../../domain/item-words.ts'
import type { RunStatus } from '../../domain/status.ts'
import { exitCodes } from '../exit.ts'
import { fenced, inline, plain, table } from '../github/markdown.ts'
import { type Facts, partsOf } from './facts.ts'

/** The job summary in GitHub's Markdown, at most {@link summaryBytes}: outcome, why, what next, then what it rests on. */
export function renderSummary(facts: Facts): string {
  const { headline, why, next } = partsOf(facts)
  const { status } = facts
  const parts = [
    `## ${iconOf(facts.code)} ${plain(headline)}`,
    why.map((line) => `- ${plain(line)}`).join('\n'),
    next === null ? '' : `**Next:** ${plain(next)}`,
    about(facts),
    status === null ? '' : ignored(status),
    status === null || status.items.length === 0 ? '' : `### Checklist\n\n${itemTable(status)}`,
    status === null || status.samples.length === 0 ? '' : `### Checks, as last seen\n\n${checkTable(status)}`,
    facts.logEntry === null ? '' : `### Deployment log\n\n${fenced(facts.logEntry)}`,
  ]
  return within(`${parts.filter((part) => part !== '').join('\n\n')}\n`, summaryBytes)
}

/** GitHub drops a summary above 1 MiB as a whole; other steps of the job may want to say something too. */
export const summaryBytes = 256 * 1024

function iconOf(code: number): string {
  if (code === exitCodes.done) return '✅'
  return code === exitCodes.stillRunning ? '⏳' : '❌'
}

function about({ deployment, status, runUrl }: Facts): string {
  const rows = [
    ['deployment', deployment],
    ...(status
      ? [
          ['service', status.service],
          ['environment', status.environment],
          ['commit', status.release.commit],
          ['by', nameWords(status.performer, status.performerProven)],
        ]
      : []),
  ]
  const link =
    runUrl === null ? '' : `\n\n[The run in the Temporal UI](<${runUrl.replace(/[<>\s]/g, encodeURIComponent)}>)`
  return `${table(['', ''], rows)}${link}`
}

function ignored({ ignoredSafeties = [], performer }: RunStatus): string {
  return ignoredSafeties.map((safety) => `- IGNORED SAFETY ${plain(ignoredLine(safety, performer))}`).join('\n')
}

function itemTable({ items }: RunStatus): string {
  const rows = items.map((item) => {
    const who = item.by === null ? item.how : `${item.by}${item.claimed ? ' (claimed)' : ''}`
    return [item.item, item.state, who, short(item.note ?? item.detail)]
  })
  return table(['item', 'state', 'by', 'note'], rows)
}

function checkTable({ samples }: RunStatus): string {
  const ordered = samples.toSorted((a, b) => Number(a.verdict === 'passed') - Number(b.verdict === 'passed'))
  const rows = ordered.map(({ check, host, verdict, reason, at }) => {
    return [check, host ?? '', verdict, short(reason.got), short(reason.expected), at]
  })
  return table(['check', 'host', 'verdict', 'got', 'expected', 'at'], rows)
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Cut at the end of a line, so that no table row and no fence is left open in the middle of a word. */
function within(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text
  const cut = Buffer.from(text)
    .subarray(0, limitBytes - 100)
    .toString('utf8')
  return `${cut.slice(0, cut.lastIndexOf('\n'))}\n\n*Cut here; everything: ${inline('belay history')}*\n`
}
