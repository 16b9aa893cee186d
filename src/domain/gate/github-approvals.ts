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
  author_association?: string | null | undefined
}

/** A commit of the pull request; who wrote it, where GitHub knows the account. */
export type PullCommit = { author?: { login: string } | null | undefined }

type Account = { login: string; type?: string | null | undefined }

/** The pull request that brought the commit: merged as it, or with it as its head; one that was closed brings nothing. */
export function pullRequestOf(commit: string, pulls: readonly PullRequest[]): PullRequest | null {
  const alive = pulls.filter((pull) => pull.state === 'open' || pull.merged_at)
  const merged = alive.find((pull) => pull.merged_at && pull.merge_commit_sha === commit)
  return merged ?? alive.find((pull) => pull.head.sha === commit) ?? null
}

/**
 * The last word of each person of the repository counts: an approval of the pull request's head, not by its author or
 * whoever wrote a commit of it, not by a program. A change somebody asked for stands until that person approves or it is
 * dismissed. Anybody may review a public repository: strangers' words count neither way.
 */
export function judgeApprovals(
  required: number,
  pull: PullRequest,
  { reviews, commits }: { reviews: readonly Review[]; commits: readonly PullCommit[] },
): Said {
  const author = keyOf(pull.user?.login ?? '')
  const words = lastWords(reviews)
  const last = words.filter(({ login, isOfRepository }) => isOfRepository && keyOf(login) !== author)
  const where = `pull request #${pull.number}`
  const link = pull.html_url
  const against = last.filter(({ state }) => state === 'CHANGES_REQUESTED').map(({ login }) => login)
  if (against.length > 0) {
    const detail = `${where}: expected no standing request for changes, got one by ${against.join(', ')}`
    return no(detail, { link, next: `settle it at ${link}, then deploy again` })
  }
  const writers = new Set(commits.flatMap((commit) => (commit.author ? [keyOf(commit.author.login)] : [])))
  const approved = last.filter(({ state, login }) => state === 'APPROVED' && !writers.has(keyOf(login)))
  const counting = approved.filter(({ commit }) => commit === pull.head.sha).map(({ login }) => login)
  const aside = `${staleWords(approved.length - counting.length)}${asideWords(words, author, writers)}`
  const by = counting.length > 0 ? counting.join(', ') : null
  if (counting.length >= required) return yes(`${where} approved by ${by}${aside}`, { link, by })
  const detail = `${where}: expected ${required} approved its last commit, got ${counting.length}${aside}`
  return no(detail, { link, by, next: `have it approved at ${link}, then deploy again` })
}

function staleWords(stale: number): string {
  return stale === 0 ? '' : `; ${stale} about an older commit of it ${stale === 1 ? 'does' : 'do'} not count`
}

/** Whose approval does not count, and why. */
function asideWords(words: readonly Word[], author: string, writers: ReadonlySet<string>): string {
  const approved = words.filter(({ state }) => state === 'APPROVED')
  const own = approved.some(({ login }) => keyOf(login) === author)
  const others = approved.filter(({ login }) => keyOf(login) !== author)
  const strangers = others.filter(({ isOfRepository }) => !isOfRepository)
  const wrote = others.filter(({ isOfRepository, login }) => isOfRepository && writers.has(keyOf(login)))
  return [
    ...(own ? ['; its author cannot approve it'] : []),
    ...wrote.map(({ login }) => `; ${login} wrote commits of it and does not count`),
    ...strangers.map(
      ({ login, as }) =>
        `; ${login} (${as}) does not count, expected an owner, member or collaborator of the repository`,
    ),
  ]
    .slice(0, mostAside)
    .join('')
}

/** More than anybody reads; strangers may be many. */
const mostAside = 3

/** Logins are the same in upper and lower case. */
function keyOf(login: string): string {
  return login.toLowerCase()
}

type Word = { login: string; state: string; commit: string | null; as: string; isOfRepository: boolean }

function lastWords(reviews: readonly Review[]): Word[] {
  const words = new Map<string, Word>()
  const inOrder = reviews.toSorted((a, b) => (a.submitted_at ?? '').localeCompare(b.submitted_at ?? ''))
  for (const { user, state, commit_id, author_association } of inOrder) {
    if (!user || user.type === 'Bot' || !opinions.includes(state)) continue
    const as = author_association ?? 'association unknown'
    const isOfRepository = ofRepository.includes(as)
    words.set(user.login, { login: user.login, state, commit: commit_id ?? null, as, isOfRepository })
  }
  return [...words.values()]
}

/** A comment takes nothing back. */
const opinions = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']

/** Who may write to the repository, or belongs to its owner; CONTRIBUTOR is anybody who once had a commit merged. */
const ofRepository = ['OWNER', 'MEMBER', 'COLLABORATOR']
