import type { Sample } from '../../domain/check.ts'
import type { ItemRecord } from '../../domain/checklist.ts'
import type { RunStatus } from '../../domain/status.ts'
import { openItems } from '../../domain/waiting.ts'
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

/** What is bad or waits for a person now, then what people signed; the others are only counted. */
export function itemLines(status: RunStatus, { columns }: Room, style: Style): string[] {
  const { items } = status
  if (items.length === 0) return []
  const answered = items.filter((item) => item.state !== 'open' && item.state !== 'running')
  const asked = new Set(openItems(status))
  const parts: [ItemRecord[], string, (line: string) => string][] = [
    [items.filter((item) => item.state === 'failed'), style.marks.failed, style.bad],
    [items.filter((item) => item.state === 'running'), style.marks.now, style.quiet],
    [items.filter((item) => asked.has(item.item)), style.marks.open, style.busy],
    [items.filter((item) => item.state === 'passed' && item.by !== null), style.marks.done, (line) => line],
  ]
  const lines = parts.flatMap(([some, mark, paint]) =>
    some.map((item) => paint(cut(`${label('', 1)}${mark} ${inLine(itemText(item))}`, columns))),
  )
  return [cut(`${label('items', 0)}${answered.length} of ${items.length} answered`, columns), ...lines]
}

function itemText({ item, state, by, claimed, note, detail }: ItemRecord): string {
  const who = by === null ? '' : `${by}${claimed ? ' (claimed)' : ''}`
  const said = note ?? (state === 'failed' || state === 'running' ? detail : '')
  return [item, state === 'open' ? 'waits for a person' : who, said].filter((part) => part !== '').join('  ')
}

function isGood(sample: Sample): boolean {
  return sample.verdict === 'passed'
}

/** The word stands before the first line of a part only. */
function label(word: string, index: number): string {
  return (index === 0 ? word : '').padEnd(8)
}
