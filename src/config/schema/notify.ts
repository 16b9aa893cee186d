import { z } from 'zod'
import { noticeKinds } from '../../domain/notice/notice.ts'
import { described } from './described.ts'
import { kinds } from './kind.ts'
import { choice } from './text.ts'
import { httpUrl } from './url.ts'

const secretExpected = 'a reference like ${env:NOTICE_SECRET}: a secret never stands in the file'
const secret = z.string({ error: secretExpected }).regex(/^\$\{env:[A-Za-z_]\w*\}$/, { error: secretExpected })
kinds.add(secret, { kind: 'reference' })

const kindsExpected = `a list of ${noticeKinds.join(' and ')}, each once`

const webhook = z
  .strictObject({
    url: described(
      httpUrl(),
      'Address that notices are posted to. A Slack address is a secret of its own: write `${env:NAME}`.',
      '${env:SLACK_WEBHOOK_URL}',
    ),
    format: described(
      choice(['json', 'slack']).prefault('json'),
      'What is posted: data for a program (`json`), or a message for an incoming webhook of Slack or what takes the same.',
      'slack',
    ),
    secret: described(
      secret.optional(),
      'Signs each json notice: `X-Belay-Signature: t=<unix>,v1=<hex>`, an HMAC-SHA256 of `<unix>.<body>`. Receivers refuse what is older than five minutes.',
      '${env:NOTICE_SECRET}',
    ),
    on: described(
      z
        .array(choice(noticeKinds), { error: kindsExpected })
        .min(1, { error: kindsExpected })
        .refine((names) => new Set(names).size === names.length, { error: kindsExpected })
        .prefault([...noticeKinds]),
      'Which notices: every end of a run (`ended`), whenever a person is needed (`waiting`).',
      ['waiting'],
    ),
  })
  .superRefine(({ format, url, secret: given }, context) => {
    if (format !== 'slack') return
    const problem = (path: string, message: string, got: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { got } })
    if (!url.includes('${env:')) problem('url', '${env:NAME}: a Slack address is a secret', 'a value (not shown)')
    if (given !== undefined) problem('secret', 'no secret beside format slack: Slack checks no signature', 'one')
  })

export const notify = described(
  z
    .strictObject({
      webhook: described(
        z.union([webhook, z.array(webhook).min(1, { error: 'at least one webhook' })], {
          error: 'a webhook like { url: ${env:SLACK_WEBHOOK_URL}, format: slack }, or a list of them',
        }),
        'Where notices go; one, or a list of several. Each is told apart from the others, and retried for a day.',
        { url: '${env:SLACK_WEBHOOK_URL}', format: 'slack' },
      ),
    })
    .optional(),
  'Who is told how runs end and when a person is needed. A notice that cannot be delivered never holds up a run.',
)
