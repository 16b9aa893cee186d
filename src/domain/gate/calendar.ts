/** What the calendar says of one instant. Instants are RFC 3339, UTC. */
export type CalendarAnswer = {
  at: string
  /** The windows that hold then; empty: nobody's peak. */
  inside: readonly HeldWindow[]
  /** The first instant from then on at which no window holds; null: there is none within two weeks. */
  allowedAt: string | null
}

export type HeldWindow = {
  /** As it was written. */
  text: string
  /** Local time in the window's zone, e.g. `Thu 15:20`. */
  localTime: string
  /** Where the wait ends, in the same zone; null: never. */
  localEnd: string | null
}

/** `mon-fri 09:00-18:00 Europe/Prague: there it is Thu 15:20, over at Thu 18:00` */
export function insideWords({ inside }: Pick<CalendarAnswer, 'inside'>): string {
  return inside.map(windowWords).join('; ')
}

function windowWords({ text, localTime, localEnd }: HeldWindow): string {
  return `${text}: there it is ${localTime}, over ${localEnd === null ? 'never: every hour of the week is peak' : `at ${localEnd}`}`
}
