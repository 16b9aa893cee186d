import { no, type Said, yes } from './provider.ts'

/** What counts of a pull request and its reviews; names and ids as GitHub's REST API has them. */
export type PullRequest = {
  number: number
  html_url: string
  state: string
  merged_at?: string | null | undefined
  merge_commit_sha?: string | null | undefined
  user?: Account | null | undefined
  head: { sha: string }
}

export type Review = {
  user?: Account | null | undefined
  state: string
  commit_id?: string | null | undefined
  submitted_at?: string | null | undefined
}

type Account = { login: string; type?: string | null | undefined }

/** The pull request that brought the commit: merged as it, or with it as its head; one that was closed brings nothing. */
export function pullRequestOf(commit: string, pulls: readonly PullRequest[]): PullRequest | null {
  const alive = pulls.filter((pull) => pull.state === 'open' || pull.merged_at)
  const merged = alive.find((pull) => pull.merged_at && pull.merge_commit_sha === commit)
  return merged ?? alive.find((pull) => pull.head.sha === commit) ?? null
}

/**
 * The last word of each person counts: an approval of the pull request's head, not by its author, not by a program. A
 * change somebody asked for stands until that person approves or it is dismissed.
 */
export function judgeApprovals(required: number, pull: PullRequest, reviews: readonly Review[]): Said {
  const last = lastWords(reviews).filter(({ login }) => login !== pull.user?.login)
  const where = `pull request #${pull.number}`
  const link = pull.html_url
  const against = last.filter(({ state }) => state === 'CHANGES_REQUESTED').map(({ login }) => login)
  if (against.length > 0) {
    const detail = `${where}: expected no standing request for changes, got one by ${against.join(', ')}`
    return no(detail, { link, next: `settle it at ${link}, then deploy again` })
  }
  const approved = last.filter(({ state }) => state === 'APPROVED')
  const counting = approved.filter(({ commit }) => commit === pull.head.sha).map(({ login }) => login)
  const stale = approved.length - counting.length
  const aside = stale === 0 ? '' : `; ${stale} about an older commit of it ${stale === 1 ? 'does' : 'do'} not count`
  const by = counting.length > 0 ? counting.join(', ') : null
  if (counting.length >= required) return yes(`${where} approved by ${by}${aside}`, { link, by })
  const own = reviews.some(({ user, state }) => state === 'APPROVED' && user?.login === pull.user?.login)
  const self = own ? '; its author cannot approve it' : ''
  const detail = `${where}: expected ${required} approved its last commit, got ${counting.length}${aside}${self}`
  return no(detail, { link, by, next: `have it approved at ${link}, then deploy again` })
}

type Word = { login: string; state: string; commit: string | null }

function lastWords(reviews: readonly Review[]): Word[] {
  const words = new Map<string, Word>()
  const inOrder = reviews.toSorted((a, b) => (a.submitted_at ?? '').localeCompare(b.submitted_at ?? ''))
  for (const { user, state, commit_id } of inOrder) {
    if (!user || user.type === 'Bot' || !opinions.includes(state)) continue
    words.set(user.login, { login: user.login, state, commit: commit_id ?? null })
  }
  return [...words.values()]
}

/** A comment takes nothing back. */
const opinions = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']
