import { ignoredLine } from '../gate/ignored.ts'
import { onCallWords } from '../gate/on-call.ts'
import { nameWords } from '../item-words.ts'
import type { Notice } from './notice.ts'

/** The body for an incoming webhook of Slack: what a phone shows first, then the whole sentence, then who and where. */
export function slackBody(notice: Notice, link: string | null): { text: string; blocks: readonly SlackBlock[] } {
  const head = headline(notice)
  const [first = ''] = notice.sentence.split('\n')
  return {
    text: `${head}: ${cut(escapeSlack(first), 1_000)}`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: head.slice(0, 150), emoji: false } },
      { type: 'section', text: words(lines(notice).join('\n')) },
      { type: 'context', elements: [words(about(notice, link))] },
    ],
  }
}

export type SlackBlock =
  | { type: 'header'; text: { type: 'plain_text'; text: string; emoji: false } }
  | { type: 'section'; text: SlackWords }
  | { type: 'context'; elements: readonly SlackWords[] }

/** `verbatim`: Slack makes no links, channels or mentions of what only looks like them. */
type SlackWords = { type: 'mrkdwn'; text: string; verbatim: true }

/** Foreign text stays text: no control sequence of Slack's, nobody is called, no character that hides or turns others. */
export function escapeSlack(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=channel|here|everyone)/gi, '@\u200b')
}

/** No foreign text: service and environment are plain words. */
function headline({ service, environment, kind, outcome, waiting }: Notice): string {
  if (kind === 'test') return `${service} ${environment}: test`
  if (waiting === null) return `${service} ${environment}: ${outcome ?? 'ended'}`
  return `${service} ${environment}: ${waiting.reminder === 0 ? 'waits for you' : 'still waits for you'}`
}

/** The last line is a command to copy, and always there, however long the rest is. */
function lines(notice: Notice): string[] {
  const all = notice.sentence.split('\n').map((line) => cut(escapeSlack(line), 500))
  const next = all.at(-1) ?? ''
  const { onCall } = notice
  const onDuty = onCall ? [`On call: ${cut(escapeSlack(onCallWords(onCall)), 150)}`] : []
  return [cut(all.slice(0, -1).join('\n'), 1_900), ...ignoredLines(notice), ...onDuty, next]
}

/** One line: what was ignored is told with everything that is told of the deployment. */
function ignoredLines({ ignoredSafeties = [], performer, performerProven }: Notice): string[] {
  if (ignoredSafeties.length === 0) return []
  const told = ignoredSafeties.map((safety) => ignoredLine(safety, performer, performerProven)).join('; ')
  return [`IGNORED SAFETIES: ${cut(escapeSlack(told), 400)}`]
}

/** A rollback started by hand brings no release of its own. */
function about(notice: Notice, link: string | null): string {
  const { release, startedAs, deployment, performer, performerProven } = notice
  const brought = `${release.version} (${release.commit.slice(0, 12)})`
  const what = startedAs === 'rollback' ? 'rollback' : startedAs === 'drill' ? `drill of ${brought}` : brought
  const who = `${what} by ${nameWords(cut(escapeSlack(performer), 250), performerProven)}, ${deployment}`
  return link === null ? who : `${who}, <${link}|run in the Temporal UI>`
}

function words(text: string): SlackWords {
  return { type: 'mrkdwn', text, verbatim: true }
}

/** Never within an entity: half of `&amp;` would be text again. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/&[a-z]{0,3}$/, '')}…`
}
