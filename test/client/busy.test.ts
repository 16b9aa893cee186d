import { expect, test } from 'vitest'
import { Busy } from '../../src/client/errors.ts'
import { holderOf } from '../../src/client/latest.ts'

const memo = { deployment: '1.0.0-a', version: '1.0.0', performer: 'ci@example.com' }
const run = { workflowId: 'deploy:shop:production', runId: 'run-1', startTime: new Date(0), memo }

test.each([
  ['run-1', '1.0.0 by ci@example.com since'],
  [undefined, '1.0.0 by ci@example.com (claimed) since'],
  // Whoever starts a run writes its memo, and cannot know the id that it will have.
  [true, '1.0.0 by ci@example.com (claimed) since'],
  ['run-0', '1.0.0 by ci@example.com (claimed) since'],
])(
  'whoever holds the environment is proven only by a memo that the run itself wrote: %j',
  (performerProvenIn, words) => {
    const holder = holderOf({ ...run, memo: { ...memo, performerProvenIn } })
    expect(new Busy(holder).message).toContain(words)
  },
)
