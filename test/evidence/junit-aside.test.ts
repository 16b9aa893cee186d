import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, it } from 'vitest'
import { parseReport } from '../../activities/evidence/junit/parse-report.ts'
import { reportIn } from '../../activities/evidence/junit/report-in.ts'

const tests = 20_000
const long = `<testsuite>${'<testcase classname="cart" name="adds"></testcase>'.repeat(tests)}</testsuite>`

it('a long report is read beside the worker: its own thread goes on meanwhile', async () => {
  const aside = await turnsDuring(() => parseReport('a report', long))
  expect(aside.answer).toMatchObject({ ran: tests, failed: 0 })
  expect(aside.turns).toBeGreaterThan(100)
  // The same on this thread: nobody else gets a turn.
  const here = await turnsDuring(async () => reportIn(long))
  expect(here.answer).toEqual({ report: aside.answer })
  expect(here.turns).toBeLessThan(5)
})

it('a report of more elements than the memory holds is refused in words, and the worker lives', async () => {
  await expect(parseReport('/reports/a.xml', long, 8)).rejects.toMatchObject({
    type: 'Invalid',
    nonRetryable: true,
    message: expect.stringContaining('expected a report that fits into 8 MB of memory, got one with more elements'),
  })
})

it('an activity that is cancelled reads no report to its end', async () => {
  const environment = new MockActivityEnvironment()
  const reading = environment.run(() => parseReport('a report', long))
  environment.cancel()
  await expect(reading).rejects.toMatchObject({ name: 'CancelledFailure' })
})

/** How often this thread came round while something was done. */
async function turnsDuring<Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; turns: number }> {
  let turns = 0
  const turn = () => {
    turns += 1
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  try {
    const answer = await work()
    return { answer, turns }
  } finally {
    clearImmediate(next)
  }
}
