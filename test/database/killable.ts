import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Step } from '../../activities/step/steps.ts'
import { eventually } from '../support/eventually.ts'
import { type DatabaseWorld, withClient } from './world.ts'

/** SQL that waits for as long as a test holds its lock. */
export const held = `select pg_advisory_lock(42); select pg_advisory_unlock(42);`

export type Killable = ReturnType<typeof killable>

/** The world's programs themselves, without the runner around them, so that they alone can be killed. */
export function killable(world: DatabaseWorld) {
  const children: ChildProcess[] = []

  const own = {
    start({ commands, cwd, env }: Step): ChildProcess {
      const [[program = '', ...args] = []] = commands
      const child = spawn(program, args, {
        cwd,
        env: { ...process.env, ...env, BELAY_TARGET_URL: world.url },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      children.push(child)
      return child
    },

    async kill(child: ChildProcess): Promise<void> {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },

    /** Its last statement is not finished by the server either. */
    async killWithSession(child: ChildProcess): Promise<void> {
      await own.kill(child)
      await eventually('no session of it', async () => {
        const [row] = await world.query<{ n: number }>(
          `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity
           where application_name = 'belay' and datname = current_database()`,
        )
        return row?.n === 0
      })
    },

    async killWhileHeld(step: Step): Promise<void> {
      await own.whileHeld(async () => {
        const child = own.start(step)
        await own.waiting()
        await own.kill(child)
      })
    },

    /** Whoever runs into `held` waits until `work` is done, or calls `release`. */
    async whileHeld<T>(work: (release: () => Promise<void>) => Promise<T>): Promise<T> {
      return await withClient(world.url, async (client) => {
        await client.query('select pg_advisory_lock(42)')
        return await work(async () => {
          await client.query('select pg_advisory_unlock(42)')
        })
      })
    },

    async waiting(): Promise<void> {
      await eventually('the migration at its lock', async () => {
        const [row] = await world.query<{ n: number }>(
          `select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = 42 and not granted
            and database = (select oid from pg_database where datname = current_database())`,
        )
        return row?.n === 1
      })
    },

    stop(): void {
      for (const child of children) child.kill('SIGKILL')
    },
  }
  return own
}

export async function historyIn(world: DatabaseWorld): Promise<string[]> {
  const rows = await world.query<{ name: string }>('select name from schema_migrations order by position')
  return rows.map((row) => row.name)
}
