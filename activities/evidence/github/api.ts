import type { z } from 'zod'
import { type EnvironmentVariables, resolveReferences } from '../../../src/domain/reference.ts'
import { errorWords } from '../../network/error-words.ts'
import { httpAddress } from '../../network/http-address.ts'
import { type Reply, read } from './read.ts'
import { away, badRequest, refusal } from './refusals.ts'

/** Where GitHub is, and the reference to the token that may read this repository. */
export type Place = { api: string; repository: string; token: string }

export type GitHub = ReturnType<typeof createGitHub>

/**
 * GitHub's REST API, version 2022-11-28, read with GET only. Paths, queries and shapes are those of its published
 * schema; they were tried against a server of ours that answers like it, not against the live API. The token is looked
 * up here and goes nowhere but into the header: redirects are not followed, and no message repeats it.
 */
export function createGitHub(place: Place, world: { environment: EnvironmentVariables; timeoutMs: number }) {
  const token = resolved(place.token, world.environment)
  const base = resolved(place.api, world.environment).replace(/\/$/, '')
  // For all requests of one question together: shorter than the step may take, so that the words come and no timeout.
  const signal = AbortSignal.timeout(world.timeoutMs)

  async function get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const reply = await answer(path)
    if (reply.status !== 200) throw refusal(reply, place, token)
    const parsed = shape.safeParse(jsonOf(reply, place.api))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw away(
      `${place.api}: expected a reply of GitHub's, got another one at ${issue?.path.join('.')}: ${issue?.message}`,
    )
  }

  async function answer(path: string): Promise<Reply> {
    try {
      const { url } = httpAddress(`${base}/repos/${place.repository}/${path}`)
      return await read({ url, authorization: `Bearer ${token}` }, signal)
    } catch (error) {
      const words = signal.aborted ? `no complete reply within ${world.timeoutMs / 1000} s` : errorWords(error)
      throw away(`${place.api}: expected an answer, got ${words.replaceAll(token, '[redacted]')}`)
    }
  }

  return {
    get,

    /** A list that comes in pages of a hundred; one that does not end is an error, never the half of an answer. */
    async all<T, E>(path: string, shape: z.ZodType<T>, items: (page: T) => readonly E[]): Promise<E[]> {
      const found: E[] = []
      for (let page = 1; page <= mostPages; page++) {
        const more = items(await get(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`, shape))
        found.push(...more)
        if (more.length < 100) return found
      }
      throw badRequest(`${place.api}: expected at most ${mostPages * 100} entries of ${path.split('?')[0]}, got more`)
    },
  }
}

/** Ten requests: nobody looks through more than a thousand checks of one commit. */
const mostPages = 10

function resolved(text: string, environment: EnvironmentVariables): string {
  try {
    const value = resolveReferences(text, environment).trim()
    if (value !== '') return value
  } catch (error) {
    throw badRequest(`${error instanceof Error ? error.message : text}; next: set it for the worker and start it again`)
  }
  throw badRequest(`${text}: expected a value on the worker, got nothing; next: set it and start the worker again`)
}

function jsonOf(reply: Reply, api: string): unknown {
  const html = /^\s*<(!doctype|html)/i.test(reply.body) || reply.contentType.includes('html')
  if (html)
    throw away(`${api}: expected JSON, got a web page (a login page, a proxy?); next: check review's api address`)
  try {
    return JSON.parse(reply.body)
  } catch {
    throw away(`${api}: expected JSON, got ${reply.body.length} characters that are none`)
  }
}
