import { z } from 'zod'
import { judgeApprovals, pullRequestOf } from '../../../src/domain/gate/github-approvals.ts'
import { no, type Provider, type Said } from '../../../src/domain/gate/provider.ts'
import type { GitHub } from './api.ts'

/** Asks who approved the pull request that brought the commit. Reads only. */
export async function approvals(
  github: GitHub,
  commit: string,
  { repository, required }: Extract<Provider, { kind: 'github_approvals' }>,
): Promise<Said> {
  const pulls = await github.all(`commits/${commit}/pulls`, z.array(pullRequest), (page) => page)
  const pull = pullRequestOf(commit, pulls)
  if (pull === null) {
    const others = pulls.map(({ number }) => `#${number}`).join(', ')
    const got = others === '' ? 'none' : `${others}, whose last commit is another one`
    const next = `deploy a commit that a pull request of ${repository} brought`
    return no(`expected a pull request that ends in ${commit.slice(0, 12)}, got ${got}`, { next })
  }
  const reviews = await github.all(`pulls/${pull.number}/reviews`, z.array(review), (page) => page)
  const commits = await github.all(`pulls/${pull.number}/commits`, z.array(pullCommit), (page) => page)
  if (commits.length >= mostListed) {
    const detail = `pull request #${pull.number}: expected fewer than ${mostListed} commits, of more GitHub does not list who wrote them`
    return no(detail, { link: pull.html_url, next: 'let somebody sign the review (sign_off), or bring it in parts' })
  }
  return judgeApprovals(required, pull, { reviews, commits })
}

const account = z.object({ login: z.string(), type: z.string().nullish() }).nullish()

const pullRequest = z.object({
  number: z.int(),
  html_url: z.string(),
  state: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  user: account,
  head: z.object({ sha: z.string() }),
})

const review = z.object({
  user: account,
  state: z.string(),
  commit_id: z.string().nullish(),
  submitted_at: z.string().nullish(),
  author_association: z.string().nullish(),
})

/** Of the commits of a pull request GitHub's API lists no more, whatever page is asked for. */
const mostListed = 250

/** An author without an account is null or has no login. */
const pullCommit = z.object({ author: z.object({ login: z.string() }).nullish().catch(null) })
