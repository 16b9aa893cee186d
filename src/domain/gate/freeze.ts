import { type Who, whoWords } from '../identity/who.ts'
import { oneLine } from '../one-line.ts'
import { moment } from './moment.ts'

/** A time in which nobody deploys, set by a person. Instants are RFC 3339, UTC. */
export type Freeze = Who & {
  /** null: every environment of the service. */
  environment: string | null
  from: string
  /** Exclusive; null: until somebody ends it. */
  until: string | null
  reason: string
}

/** As it is asked for. `from` null: from now on. */
export type FreezeOrder = Omit<Freeze, 'from'> & { from: string | null }

/** What is in force now and what is still to come, each in the order of its beginning. */
export type Freezes = { inForce: readonly Freeze[]; toCome: readonly Freeze[] }

/** Freezes that touch or overlap, beginning with those in force: for whoever waits they are one long freeze. */
export function joined({ inForce, toCome }: Freezes): Freeze[] {
  const all = [...inForce]
  for (const next of toCome) {
    const end = latest(all)
    if (end === null || next.from > end) break
    all.push(next)
  }
  return all
}

/** When the last of the joined freezes ends; null: one has no end, or there is none. */
export function thawOf(freezes: Freezes): string | null {
  return latest(joined(freezes))
}

function latest(ends: readonly Pick<Freeze, 'until'>[]): string | null {
  const known = ends.flatMap(({ until }) => until ?? []).toSorted()
  return known.length < ends.length ? null : (known.at(-1) ?? null)
}

/** `by ann (claimed) until 2026-12-01T08:00Z: quarter end`, `... of all environments ...` */
export function freezeWords(freeze: Freeze): string {
  const { environment, until, reason } = freeze
  const whole = environment === null ? ' of all environments' : ''
  const end = until === null ? 'until somebody ends it' : `until ${moment(until)}`
  return `by ${whoWords(freeze)}${whole} ${end}: ${oneLine(reason)}`
}

/** The command that ends it. */
export function unfreezeCommand(environment: string, freeze: Pick<Freeze, 'environment'>): string {
  return `belay unfreeze ${environment}${freeze.environment === null ? ' --all' : ''}`
}
