import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

/** What one path answers: JSON with 200, or something else. `hangs`: takes the request and never answers. */
export type Answering =
  | { json: unknown; status?: number; headers?: Record<string, string> }
  | { text: string; status?: number; contentType?: string; headers?: Record<string, string> }
  | { hangs: true }

/**
 * A small server that answers like GitHub's REST API, by a table: path without its query to answer. Lists are cut into
 * pages as asked for. What is not in the table is 404, another token 401. Started for one test and ended with it.
 */
export async function fakeGitHub(table: Record<string, Answering>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    respond(table, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const api = `http://127.0.0.1:${port}`
  /** Where a provider finds it; the token is in the environment under this name. */
  const place = { api, repository: 'acme/shop', token: '${env:FAKE_GITHUB_TOKEN}' }
  return { place, table, asked, environment: { FAKE_GITHUB_TOKEN: goodToken } }
}

export const goodToken = 'ghp_0123456789abcdefSECRET'

function respond(table: Record<string, Answering>, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://fake')
  if (request.headers.authorization !== `Bearer ${goodToken}`) {
    send(response, { status: 401, json: { message: 'Bad credentials' } }, url)
  } else send(response, table[url.pathname] ?? { status: 404, json: { message: 'Not Found' } }, url)
}

function send(response: ServerResponse, answering: Answering, url: URL): void {
  if ('hangs' in answering) return
  const { status = 200, headers = {} } = answering
  if ('text' in answering) {
    response.writeHead(status, { 'content-type': answering.contentType ?? 'application/json', ...headers })
    response.end(answering.text)
    return
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(pageOf(answering.json, url)))
}

function pageOf(json: unknown, url: URL): unknown {
  const size = Number(url.searchParams.get('per_page') ?? 30)
  const page = Number(url.searchParams.get('page') ?? 1)
  const cut = (value: unknown) => (Array.isArray(value) ? value.slice((page - 1) * size, page * size) : value)
  if (Array.isArray(json) || typeof json !== 'object' || json === null) return cut(json)
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, cut(value)]))
}

export const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((login) => ({ login, type: 'User' }))

/** The table of a commit with one merged pull request and these reviews, checks and statuses. */
export function commitOnGitHub(
  commit: string,
  has: { reviews?: unknown[]; commits?: unknown[]; runs?: unknown[]; statuses?: unknown[]; pull?: object } = {},
): Record<string, Answering> {
  const pull = {
    number: 7,
    html_url: 'https://github.example.com/acme/shop/pull/7',
    state: 'closed',
    merged_at: '2026-11-01T10:00:00Z',
    merge_commit_sha: commit,
    user: ann,
    head: { sha: headOf(commit) },
    ...has.pull,
  }
  const at = `/repos/acme/shop`
  return {
    [`${at}/commits/${commit}/pulls`]: { json: [pull] },
    [`${at}/pulls/7/reviews`]: { json: has.reviews ?? [] },
    [`${at}/pulls/7/commits`]: { json: has.commits ?? [{ sha: headOf(commit), author: ann }] },
    [`${at}/commits/${commit}/check-runs`]: { json: { total_count: 1, check_runs: has.runs ?? [] } },
    [`${at}/commits/${commit}/status`]: { json: { state: 'success', sha: commit, statuses: has.statuses ?? [] } },
  }
}

/** Of the pull request that brought it: another commit, because it was squashed. */
export function headOf(commit: string): string {
  return commit.split('').toReversed().join('')
}

export function review(user: unknown, state: string, commit: string, minute = 0, association = 'MEMBER') {
  const submitted_at = `2026-11-01T09:${String(minute).padStart(2, '0')}:00Z`
  return { id: 1, user, state, commit_id: commit, submitted_at, author_association: association, body: '' }
}

export function checkRun(name: string, conclusion: string | null, commit: string) {
  const status = conclusion === null ? 'in_progress' : 'completed'
  return { name, head_sha: commit, status, conclusion, html_url: `https://github.example.com/runs/${name}` }
}
