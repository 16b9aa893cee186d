import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'
import type { Place } from './api.ts'
import type { Reply } from './read.ts'

/** What a reply that is no answer means, and what to do about it. */
export function refusal(reply: Reply, place: Place, token: string): ApplicationFailure {
  const { api, repository } = place
  if (reply.limited) return tooOften(reply, api)
  switch (reply.status) {
    case 401:
      return badRequest(
        `${api}: expected to be let in with ${place.token}, got 401: wrong, expired or revoked; next: renew the token on the worker`,
      )
    case 403:
      return badRequest(
        `${api}: expected to read ${repository}, got 403: ${place.token} may not; next: let it read contents, pull requests, checks and commit statuses`,
      )
    case 404:
      return badRequest(
        `${api}: expected ${repository} and the commit, got 404: not there, or ${place.token} may not see it; next: push the commit, check the name and the token`,
      )
    case 422:
      return badRequest(`${api}: expected the commit in ${repository}, got 422: it is not there; next: push the commit`)
    default:
      return otherwise(reply, place, token)
  }
}

function otherwise({ status, body }: Reply, { api, repository }: Place, token: string): ApplicationFailure {
  if (status >= 300 && status < 400) {
    return badRequest(`${api}: expected ${repository}, got ${status}: it moved; next: write its new name in belay.yaml`)
  }
  const said = body.replaceAll(token, '[redacted]').replace(/\s+/g, ' ').slice(0, 80)
  const message = `${api}: expected 200, got ${status}${said === '' ? '' : ` (${said})`}`
  return status >= 500 ? away(`${message}; next: see whether GitHub is up`) : badRequest(message)
}

function tooOften({ retryAfterS, status }: Reply, api: string): ApplicationFailure {
  const wait = retryAfterS === null ? 'in some minutes' : `in ${retryAfterS} s`
  const message = `${api}: expected an answer, got ${status}: asked too often; next: deploy again ${wait}`
  // Longer than that nobody waits in front of a gate without knowing why.
  const patient = retryAfterS !== null && retryAfterS <= longestPauseS
  if (!patient) return badRequest(message)
  return ApplicationFailure.create({ type: failureTypes.evidenceAway, message, nextRetryDelay: retryAfterS * 1000 })
}

const longestPauseS = 30

/** It may answer in a moment. */
export function away(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.evidenceAway, message })
}

/** Asking again cannot help. */
export function badRequest(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
