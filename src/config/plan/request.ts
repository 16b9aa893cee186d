import { preItems } from '../../domain/checklist.ts'
import type { EvidenceClaim, Plan, Release } from '../../domain/plan.ts'
import { isCommitId, parseVersion, shown } from '../../domain/version.ts'
import { nearest } from '../nearest.ts'
import type { Problem } from '../problem.ts'

export type Request = { deployment: string; release: Release; performer: string; claims: readonly EvidenceClaim[] }

/** What came with the command rather than from the file: these problems have no line. */
export function requestProblems(request: Request, items: Plan['gate']['items'], file: string): Problem[] {
  const problem = (path: string, expected: string, got: string, hint: string | null = null): Problem => ({
    file,
    line: 0,
    column: 0,
    path,
    expected,
    got,
    hint,
  })
  const { deployment, release, performer, claims } = request
  const version = parseVersion(release.version)
  const problems: Problem[] = []
  if ('problem' in version) problems.push(problem('release.version', ...expectedAndGot(version.problem)))
  if (!isCommitId(release.commit))
    problems.push(problem('release.commit', 'all 40 digits of a commit id', shown(release.commit)))
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(deployment)) {
    problems.push(problem('deployment', 'an id of letters, digits and . _ -', shown(deployment)))
  }
  if (!isOneLine(performer))
    problems.push(problem('performer', 'a name on one line, at most 200 characters', shown(performer)))
  for (const claim of claims) problems.push(...claimProblems(claim, items, problem))
  return problems
}

function claimProblems(
  claim: EvidenceClaim,
  items: Plan['gate']['items'],
  problem: (path: string, expected: string, got: string, hint?: string | null) => Problem,
): Problem[] {
  const path = `claims.${claim.item}`
  if (!preItems.includes(claim.item)) {
    const like = nearest(claim.item, preItems)
    return [
      problem('claims', `one of ${preItems.join(', ')}`, shown(claim.item), like ? `did you mean ${like}?` : null),
    ]
  }
  const answer = items[claim.item]
  const accepted = (answer.by === 'command' || answer.by === 'sign_off') && answer.acceptClaim
  return [
    ...(accepted ? [] : [problem(path, 'an item with accept_claim: true', `${answer.by} without it`)]),
    ...(isLink(claim.url) ? [] : [problem(path, 'an http or https link without a password', 'something else')]),
    ...(isOneLine(claim.by) ? [] : [problem(path, 'the name of who claims it', shown(claim.by))]),
  ]
}

function isLink(url: string): boolean {
  if (url.length > 2000 || /\s/.test(url) || !URL.canParse(url)) return false
  const { protocol, password } = new URL(url)
  return (protocol === 'https:' || protocol === 'http:') && password === ''
}

function isOneLine(name: string): boolean {
  return name.trim() !== '' && name.length <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)
}

/** `version: expected X, got Y` -> X and Y. */
function expectedAndGot(sentence: string): [string, string] {
  const parts = /^[^:]*: expected (.*), got (.*)$/s.exec(sentence)
  return [parts?.[1] ?? sentence, parts?.[2] ?? 'something else']
}
