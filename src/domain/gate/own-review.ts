import { mayBeSamePerson } from './same-person.ts'

/** Whose word for the review does not count. `performer` null: whoever deploys may sign it as well. */
export type OwnWork = { performer: string | null; authors: readonly string[] }

/** Why this person cannot vouch for the review, as a sentence that says who can; null: they can. */
export function ownReviewProblem(by: string, { performer, authors }: OwnWork): string | null {
  const others = [performer, ...authors].filter((name) => name !== null)
  const who = `the review is signed by somebody other than ${[...new Set(others)].join(', ')}`
  if (performer !== null && mayBeSamePerson(by, performer)) return `${by} deploys this release; ${who}`
  if (authors.some((author) => mayBeSamePerson(by, author))) return `${by} wrote this release; ${who}`
  return null
}
