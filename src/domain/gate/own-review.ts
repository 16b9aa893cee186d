import { mayBeSamePerson } from './same-person.ts'

/** Whose word for the review does not count. `performer` null: whoever deploys may sign it as well. */
export type OwnWork = {
  performer: string | null
  authors: readonly string[]
  /** Why nobody knows who wrote the release; null: they are known, or not read yet. */
  unknown: string | null
}

/** Why this person cannot vouch for the review, as a sentence that says who can; null: they can. */
export function ownReviewProblem(by: string, { performer, authors, unknown }: OwnWork): string | null {
  if (unknown !== null) return `nobody can vouch for the review: who wrote the release is not known (${unknown})`
  const others = [...new Set([performer, ...authors].filter((name) => name !== null))]
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : ''
  const who = `the review is signed by somebody other than ${others.slice(0, mostNamed).join(', ')}${more}`
  if (performer !== null && mayBeSamePerson(by, performer)) return `${by} deploys this release; ${who}`
  if (authors.some((author) => mayBeSamePerson(by, author))) return `${by} wrote this release; ${who}`
  return null
}

/** How many authors a sentence names. The rule itself knows all of them. */
const mostNamed = 20
