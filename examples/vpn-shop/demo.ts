import { mkdir, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { expectWorld } from './demo/look.ts'
import { operator } from './demo/operator.ts'
import { type Demo, openDemo } from './demo/stage.ts'

/**
 * The whole of Belay on real parts, in about three minutes: five releases of a shop on a real Temporal server and a real
 * Postgres. Every outcome is re-read from the world and printed; any difference ends with exit code 1.
 */
const { values } = parseArgs({ options: { keep: { type: 'boolean' }, 'real-time': { type: 'boolean' } } })
const root = fileURLToPath(new URL('../../.belay/demo', import.meta.url))
await rm(root, { recursive: true, force: true })
await mkdir(root, { recursive: true, mode: 0o711 })
const demo = await openDemo({ root, realTime: values['real-time'] === true })
const person = operator(demo)
try {
  await story(demo)
  demo.say(
    demo.differences === 0 ? 'Every outcome was found in the world as it was told.' : `${demo.differences} differences`,
  )
  if (values.keep) await keep(demo)
} finally {
  person.stop()
  await demo.stop()
}
process.exitCode = demo.differences === 0 ? 0 : 1

async function story(demo: Demo): Promise<void> {
  await demo.doctor()
  demo.title('1/5  1.0.0, the first deployment')
  await demo.belay(0, 'deploy', '1.0.0', '--env', 'production')
  await expectWorld(demo, { serving: '1.0.0', migrations: 1, outcome: 'SUCCESS', of: '1.0.0', columns: [] })

  demo.title('2/5  1.1.0: a migration and a configuration change, signed by people')
  await demo.belay(0, 'deploy', '1.1.0', '--env', 'production')
  await expectWorld(demo, {
    serving: '1.1.0',
    migrations: 2,
    outcome: 'SUCCESS',
    of: '1.1.0',
    columns: ['users.locale'],
  })

  demo.title('3/5  1.2.0: passes every health check, falls ill 20 s into the window, comes back')
  await demo.belay(11, 'deploy', '1.2.0', '--env', 'production')
  await expectWorld(demo, {
    serving: '1.1.0',
    migrations: 2,
    outcome: 'ROLLED_BACK',
    of: '1.2.0',
    columns: ['users.locale'],
  })

  demo.title('4/5  1.2.1: has written to its new column when it fails; the schema is kept, nothing is lost')
  await demo.belay(11, 'deploy', '1.2.1', '--env', 'production')
  await expectWorld(demo, {
    serving: '1.1.0',
    migrations: 4,
    outcome: 'ROLLED_BACK',
    of: '1.2.1',
    columns: ['users.locale'],
  })

  demo.title('5/5  1.3.0: the worker is killed in the window and started again; the deadline is the same')
  const deployed = demo.belay(0, 'deploy', '1.3.0', '--env', 'production')
  await killInTheWindow(demo)
  await deployed
  await expectWorld(demo, {
    serving: '1.3.0',
    migrations: 5,
    outcome: 'SUCCESS',
    of: '1.3.0',
    columns: ['users.locale'],
  })
  demo.title('The record')
  await demo.belay(0, 'history', 'production')
  await demo.belay(0, 'log', 'production')
}

async function killInTheWindow(demo: Demo): Promise<void> {
  const before = await demo.windowOf('1.3.0')
  await demo.killWorker()
  demo.say(`     SIGKILL to the worker in the window, which ends at ${before}; starting it again`)
  await demo.startWorker()
  const after = await demo.windowOf('1.3.0')
  demo.compare('deadline of the window after the kill', before, after)
}

async function keep(demo: Demo): Promise<void> {
  demo.say(`Kept: ${demo.addresses}. Ctrl-C ends it.`)
  const ended = new AbortController()
  process.once('SIGINT', () => ended.abort())
  await pause(24 * 60 * 60 * 1000, undefined, { signal: ended.signal }).catch(() => undefined)
}
