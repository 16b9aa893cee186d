import { z } from 'zod'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { exactlyOne } from './one-of.ts'
import { absolutePath } from './path.ts'
import { text } from './text.ts'
import { httpUrl, jsonPath } from './url.ts'

const people = z
  .array(text('a name'), { error: 'a list of names' })
  .min(1, { error: 'at least one name' })
  .refine((names) => new Set(names).size === names.length, { error: 'each name once' })

export const onCall = described(
  z
    .strictObject({
      roster: described(
        absolutePath().optional(),
        'A file on the worker: a YAML list of `{ who, from, until, zone }`, times local to the zone.',
        '/etc/belay/on-call.yaml',
      ),
      http: described(
        z
          .strictObject({
            url: described(
              httpUrl(),
              'Answers with JSON that names who is on call now.',
              'https://on-call.example.com/now',
            ),
            json: described(jsonPath(), 'Where in it the name stands.', '$.name'),
          })
          .optional(),
        'An address that knows who is on call.',
        { url: 'https://on-call.example.com/now', json: '$.name' },
      ),
      acknowledge: described(
        z
          .strictObject({
            people: described(people, 'Who may say that they are on call.', ['ann@example.com']),
            within: described(duration().prefault('15m'), 'How long they have for it.', '15m'),
          })
          .optional(),
        'One of these people says, for each deployment, that they are there (`belay decide ENV acknowledge`).',
        { people: ['ann@example.com'], within: '15m' },
      ),
    })
    .superRefine((entry, context) => exactlyOne(entry, ['roster', 'http', 'acknowledge'], context))
    .optional(),
  'How the engineer on call is found. The name is on the record; without one nothing goes out. Left out: nobody is asked for.',
  { roster: '/etc/belay/on-call.yaml' },
)
