import { z } from 'zod'
import { kinds } from './kind.ts'

export const durationExpected = 'a duration like 10m'
const pattern = /^(?=\d)(\d+d)?(\d+h)?(\d+m(?!s))?(\d+s)?(\d+ms)?$/
const longestMs = 30 * 24 * 3_600_000
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `10m`, `15s`, `500ms`, `1h30m` -> milliseconds, above zero and at most 30 days. */
export function duration() {
  const text = z.string({ error: durationExpected }).regex(pattern, { error: durationExpected })
  const ms = text
    .transform(durationMs)
    .refine((value) => value > 0, { error: 'a duration above zero' })
    .refine((value) => value <= longestMs, { error: 'a duration of at most 30d' })
  kinds.add(ms, { kind: 'duration' })
  return ms
}

export function isDuration(text: string): boolean {
  return pattern.test(text)
}

/** Expects text that `isDuration`. */
export function durationMs(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhd])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0),
    0,
  )
}

/** 5400000 -> `1h30m`. */
export function durationText(ms: number): string {
  const parts: string[] = []
  let rest = Math.round(ms)
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] ?? 1
    const amount = Math.floor(rest / size)
    if (amount > 0) parts.push(`${amount}${unit}`)
    rest -= amount * size
  }
  return parts.join('') || '0s'
}
