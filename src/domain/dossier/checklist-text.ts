import { type ItemRecord, type ItemState, isGateItem, isOutsideLists } from '../checklist.ts'
import { answerLines, itemWordsAbove } from '../gate/answer-words.ts'
import { when } from '../item-words.ts'
import { type Dossier, isSchemaKept, type UndoneStep, undoneSteps } from './dossier.ts'
import { ignoredLines } from './explain.ts'
import { type Section, telling } from './section.ts'
import { type Verified, verifiedSteps } from './verified.ts'

/**
 * The runbook's checklist as it stands, a section at a time. `signable`: the items that can be signed now; the others
 * that are open say when their time comes.
 */
export function checklistSections(dossier: Dossier, signable: readonly string[]): Section[] {
  const sections = [
    { id: 'pre', title: 'Pre-deployment' },
    { id: 'during', title: 'During deployment' },
    { id: 'post', title: 'Post-deployment' },
    { id: 'manual', title: 'Manual verification' },
  ]
  const listed = sections.map(({ id, title }) => ({ title, lines: sectionLines(dossier, id, signable) }))
  const outside = dossier.items.filter(({ item }) => isOutsideLists(item))
  const steps = isChecked(dossier) ? verifiedSteps(dossier).map((step) => stepLine(dossier, step)) : []
  const back = undoneSteps(dossier).filter((step) => step.isNewest)
  return telling([
    { title: 'Ignored safeties', lines: ignoredLines(dossier) },
    ...listed.slice(0, 1),
    { title: 'The deployment as a whole', lines: outside.map((item) => itemLine(dossier, item, signable)) },
    ...listed.slice(1),
    { title: 'Automatic verification', lines: isVerified(dossier) ? steps : [] },
    { title: 'Rollback', lines: back.map(undoneLine) },
  ])
}

function sectionLines(dossier: Dossier, section: string, signable: readonly string[]): string[] {
  const items = dossier.items.filter((item) => item.item.startsWith(`${section}.`))
  const untouched = items.every((item) => item.state === 'open' || item.state === 'not_applicable')
  const over = dossier.outcome !== null && untouched && items.length > 0
  if (over && (section === 'during' || !wasLive(dossier))) return ['the run ended before it came to these']
  return items.flatMap((item) => [
    itemLine(dossier, item, signable),
    ...answerLines(item).map((line) => `      ${line}`),
  ])
}

/** What is brought live is verified; a rollback and a manual deployment have lists of their own. */
function isChecked({ kind }: Dossier): boolean {
  return kind === 'deployment' || kind === 'drill'
}

/** A release that failed its verification was sampled all the same. */
function isVerified({ samples, outcome }: Dossier): boolean {
  return outcome === null || samples.length > 0
}

/** Did it come as far as being watched? */
function wasLive({ events }: Dossier): boolean {
  return events.some((event) => event.data?.phase === 'watch')
}

function itemLine(dossier: Dossier, item: ItemRecord, signable: readonly string[]): string {
  const id = item.item.slice(item.item.indexOf('.') + 1)
  return `${mark(item.state)} ${id.padEnd(30)} ${item.state === 'open' ? openWords(dossier, item, signable) : itemWordsAbove(item)}`
}

function openWords(dossier: Dossier, item: ItemRecord, signable: readonly string[]): string {
  const asked = isOutsideLists(item.item) ? ` (${item.detail})` : ''
  if (signable.includes(item.item)) return `open${asked}: belay sign ${dossier.environment} ${item.item}`
  const how = `${howWords(item)}${asked}`
  if (dossier.outcome !== null) return `never answered (${how})`
  return item.how === 'sign_off' && !isGateItem(item.item) ? `${how}, when the release is live` : how
}

/** Who or what answers it. */
function howWords({ how, detail }: ItemRecord): string {
  switch (how) {
    case 'sign_off':
      return 'a person signs'
    case 'check':
      return `check ${detail}`
    case 'command':
      return 'a command answers'
    case 'evidence':
      return 'evidence answers'
    default:
      return 'Belay answers'
  }
}

function undoneLine(undone: UndoneStep): string {
  const { step, state, detail } = undone
  return `${isSchemaKept(undone) ? mark('not_applicable') : mark(state)} ${step.padEnd(30)} ${detail}`
}

function stepLine({ outcome }: Dossier, { step, state, detail, at }: Verified): string {
  const known =
    state === 'open' ? `${detail}${outcome === null ? '' : ' never ran'}` : `${detail}${at ? ` at ${when(at)}` : ''}`
  return `${mark(state)} ${step.padEnd(30)} ${state === 'not_applicable' ? `not applicable: ${detail}` : known}`
}

export function mark(state: ItemState | 'done'): string {
  switch (state) {
    case 'passed':
    case 'done':
      return '[x]'
    case 'failed':
      return '[!]'
    case 'not_applicable':
      return '[-]'
    case 'ignored':
      return '[/]'
    case 'running':
      return '[~]'
    case 'open':
      return '[ ]'
  }
}
