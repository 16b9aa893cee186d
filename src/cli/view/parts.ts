import type { Sample } from '../../domain/check.ts'
import type { ItemRecord } from '../../domain/checklist.ts'
import type { RunStatus } from '../../domain/status.ts'
import { cut, inLine } from './fit.ts'
import type { Style } from './style.ts'

type Room = { columns: number }

/** `hosts   ✔ app-1  ✖ app-2`: by the last samples taken there. */
export function hostLines({ hosts = [], samples }: RunStatus, { columns }: Room, style: Style): string[] {
  if (hosts.length === 0) return []
  const signed = hosts.map((host) => {
    const own = samples.filter((sample) => sample.host === host)
    const mark = own.length === 0 ? style.marks.open : own.every(isGood) ? style.marks.done : style.marks.failed
    return `${mark} ${host}`
  })
  return [cut(label('hosts', 0) + signed.join('  '), columns)]
}

/** The last value of every check, the bad ones first. */
export function checkLines({ samples }: RunStatus, { columns }: Room, style: Style): string[] {
  const ordered = [...samples.filter((sample) => !isGood(sample)), ...samples.filter(isGood)]
  return ordered.map((sample, index) => {
    const { done, failed } = style.marks
    const place = sample.host ? ` on ${sample.host}` : ''
    const verdict = isGood(sample) ? '' : ` ${sample.verdict},`
    const text = `${sample.check}${place}:${verdict} ${sample.reason.got} (expected ${sample.reason.expected})`
    const line = cut(`${label('checks', index)}${isGood(sample) ? done : failed} ${inLine(text)}`, columns)
    return isGood(sample) ? line : style.bad(line)
  })
}

/** What is bad or waits for a person, then what people signed; what Belay answered by itself is only counted. */
export function itemLines({ items }: RunStatus, { columns }: Room, style: Style): string[] {
  if (items.length === 0) return []
  const answered = items.filter((item) => item.state !== 'open' && item.state !== 'running')
  const told = [
    items.filter(isBad),
    items.filter(isRunning),
    items.filter(waits),
    items.filter((item) => item.by !== null && item.state === 'passed'),
  ].flat()
  const lines = told.map((item) => {
    const line = cut(`${label('', 1)}${markOf(item, style)} ${inLine(itemText(item))}`, columns)
    return isBad(item) ? style.bad(line) : waits(item) ? style.busy(line) : line
  })
  return [cut(`${label('items', 0)}${answered.length} of ${items.length} answered`, columns), ...lines]
}

function itemText(item: ItemRecord): string {
  const who = item.by === null ? '' : `  ${item.by}${item.claimed ? ' (claimed)' : ''}`
  const what = item.note ?? (isBad(item) || isRunning(item) ? item.detail : '')
  return `${item.item}${who}${waits(item) ? '  waits for a person' : ''}${what === '' ? '' : `  ${what}`}`
}

function markOf(item: ItemRecord, { marks }: Style): string {
  if (isBad(item)) return marks.failed
  if (isRunning(item)) return marks.now
  return waits(item) ? marks.open : marks.done
}

function isBad(item: ItemRecord): boolean {
  return item.state === 'failed'
}

function isRunning(item: ItemRecord): boolean {
  return item.state === 'running'
}

function waits(item: ItemRecord): boolean {
  return item.state === 'open' && item.how === 'sign_off'
}

function isGood(sample: Sample): boolean {
  return sample.verdict === 'passed'
}

/** The word stands before the first line of a part only. */
function label(word: string, index: number): string {
  return (index === 0 ? word : '').padEnd(8)
}
