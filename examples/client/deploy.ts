/**
 * A release out of a script of one's own: started, followed, its end as data.
 *
 *   node deploy.ts 1.2.3 production
 *
 * In a project of your own the import is `from 'belay'`.
 */
import { Busy, ciRequestId, connect, exitCodeOf, Refused, Unreachable, Usage } from '../../src/client/index.ts'

const [version = '', environment = ''] = process.argv.slice(2)
const by = process.env.BELAY_BY ?? 'ci@example.com'

try {
  process.exitCode = await deploy()
} catch (error) {
  // The words say what was expected, what came and what to do next.
  if (error instanceof Busy) console.error(error.message, error.holder)
  else if (error instanceof Usage || error instanceof Refused || error instanceof Unreachable)
    console.error(error.message)
  else throw error
  process.exitCode = 1
}

async function deploy(): Promise<number> {
  const belay = await connect()
  try {
    const run = await belay.deploy({ version, environment, by, requestId: ciRequestId() ?? undefined })
    console.log(run.attached ? `attached to ${run.deployment}` : `started ${run.deployment}`)
    for await (const event of run.follow()) console.log(event.at, event.text)
    const end = await run.end()
    console.log(end.sentence)
    return exitCodeOf(end.outcome, end.startedAs, end.wayBackMs)
  } finally {
    await belay.close()
  }
}
