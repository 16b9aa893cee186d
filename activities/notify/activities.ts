import { jsonBody } from '../../src/domain/notice/json.ts'
import type { Notice, Webhook } from '../../src/domain/notice/notice.ts'
import { slackBody } from '../../src/domain/notice/slack.ts'
import { type EnvironmentVariables, resolveReferences } from '../../src/domain/reference.ts'
import { runUrl } from '../../src/domain/run-url.ts'
import { currentActivity } from '../step/pulse.ts'
import { failureOf, refusalOf } from './failures.ts'
import { post, type Reply } from './post.ts'
import { secretsOf } from './secrets.ts'
import { signatureOf } from './signature.ts'

export type NoticeDependencies = {
  clock: () => Date
  /** Where references are looked up, and `BELAY_TEMPORAL_UI`: the address of Temporal's UI as people reach it. */
  environment: EnvironmentVariables
  /** How long one attempt may take; ten seconds when left out: a receiver that thinks longer gets it once more. */
  timeoutMs?: number
}

export type SendNotice = {
  notice: Notice
  webhook: Webhook
  /** Which webhook, for messages: never its address. */
  name: string
}

/** Tells people through webhooks. The only way out of here is the address that the configuration names. */
export function createNoticeActivities({ clock, environment, timeoutMs = 10_000 }: NoticeDependencies) {
  return {
    /**
     * Posts one notice to one webhook; any 2xx is taken for an answer, a redirect is not followed. At least once: a
     * worker may die between the post and its answer, so that the same notice is posted again. Each attempt carries the
     * same `Idempotency-Key` (and `key` in a json body), by which a receiver drops what it has seen; `X-Belay-Delivery`
     * tells attempts apart. With a secret, `X-Belay-Signature: t=<unix>,v1=<hex>` is the HMAC-SHA256 of `<t>.<body>`,
     * made anew for each attempt: refuse what is older than five minutes. Failure: `NotDelivered`, without the address,
     * the secret, and most of the answer; non-retryable when the receiver has refused it {@link fewTries} times.
     */
    async sendNotice({ notice, webhook, name }: SendNotice): Promise<{ answered: string }> {
      const attempt = currentActivity()?.info.attempt ?? 1
      const secrets = secretsOf(webhook, environment)
      let reply: Reply
      try {
        const url = resolveReferences(webhook.url, environment)
        const body = bodyOf(notice, webhook, linkTo(notice, environment))
        const headers = {
          'idempotency-key': notice.key,
          'x-belay-delivery': `${notice.key}/${attempt}`,
          ...signed(webhook, body),
        }
        reply = await post({ url, headers, body, timeoutMs })
      } catch (error) {
        throw failureOf(error, { name, timeoutMs, secrets })
      }
      const refusal = refusalOf(reply, { name, attempt, secrets, now: clock() })
      if (refusal) throw refusal
      return { answered: `status ${reply.status}` }
    },
  }

  function signed({ secret }: Webhook, body: string): Record<string, string> {
    if (secret === null) return {}
    const key = resolveReferences(secret, environment)
    return { 'x-belay-signature': signatureOf(key, body, clock()) }
  }
}

function bodyOf(notice: Notice, { format }: Webhook, link: string | null): string {
  return JSON.stringify(format === 'slack' ? slackBody(notice, link) : jsonBody(notice, link))
}

/** The page of the run that says it, where the worker knows the UI's address. */
function linkTo({ run }: Notice, environment: NoticeDependencies['environment']): string | null {
  const ui = environment.BELAY_TEMPORAL_UI
  const activity = currentActivity()
  if (!ui || !URL.canParse(ui) || !activity) return null
  return runUrl(ui, { namespace: activity.info.namespace, workflowId: run.workflowId, runId: run.runId })
}
