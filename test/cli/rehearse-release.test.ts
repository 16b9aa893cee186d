import { expect, test } from 'vitest'
import { type FixtureRelease, migration } from '../scenarios/repository.ts'
import { openWorld } from '../scenarios/world.ts'
import { shared } from '../support/shared.ts'
import { terminalOf } from './terminal.ts'

const addEmail = 'alter table users add column email text'

const toProduction = ['--env', 'production']

const releases: readonly FixtureRelease[] = [
  { version: '1.0.0', files: migration('001_users', 'create table users (id int primary key)', 'drop table users') },
  { version: '1.1.0', files: migration('002_email', addEmail, 'select 1') },
  { version: '1.2.0', files: migration('002_email', addEmail, 'alter table users drop column email') },
]

test('a release is rehearsed against what is live: broken is 1, sound is 0, again it is remembered, and a plan shows it; nothing live changes', async () => {
  const scratch = await shared('postgres')
  const world = await openWorld({ releases, environment: () => ({ SCRATCH_URL: scratch }) })
  await world.live('1.0.0')
  const { belay, configure } = await terminalOf(world)
  await configure(({ database }) => {
    const queries = [{ name: 'all users', sql: 'select id from users' }]
    Object.assign(database, { rehearsal: { url: '${env:SCRATCH_URL}', old_release: { queries } } })
  })
  const before = await world.tree()
  const plan = async (version: string) => JSON.parse((await belay('plan', version, ...toProduction, '--json')).out)
  const never = await plan('1.2.0')
  expect(never.migrations.pending).toMatchObject([{ name: '002_email', rehearsal: null }])

  const broken = await belay('rehearse', '1.1.0', '--env', 'production')
  expect(broken).toMatchObject({ code: 1, err: '' })
  const [row = ''] = broken.out.split('\n')
  expect(row).toMatch(/^BROKEN +002_email +\d+ ms {2}up ok, down not restored: column users\.email: /)
  expect(row).toContain('ACCESS EXCLUSIVE on users')
  expect(broken.out).toContain('Next: correct 002_email')
  const planned = await belay('plan', '1.1.0', ...toProduction)
  expect(planned.out).toMatch(/NO 002_email +broken, back does not restore: column users\.email/)

  const sound = await belay('rehearse', '1.2.0', '--env', 'production')
  expect(sound).toMatchObject({ code: 0, err: '' })
  expect(sound.out).toMatch(/^reversible +002_email/)
  expect(sound.out).toContain('the live release on the new schema: all users ok')
  expect(sound.out).toContain('made again from the migrations that are applied')
  expect(sound.out).not.toContain('rehearsed before')
  const again = await belay('rehearse', '1.2.0', '--env', 'production')
  expect(again.out).toContain('rehearsed before, and nothing has changed since')

  const known = await plan('1.2.0')
  expect(known.migrations.pending).toMatchObject([
    { rehearsal: { verdict: 'reversible', stale: [], oldReleaseWorks: true, lock: { on: 'users' } } },
  ])
  // Evidence is not the plan: whoever signed for it has signed for the same.
  expect([known.plan, known.changes.digest]).toEqual([never.plan, never.changes.digest])
  const shown = await belay('plan', '1.2.0', ...toProduction, '--markdown')
  expect(shown.out).toMatch(/- ✅ \*\*002\\_email\*\* reversible; up \d+ m?s; ACCESS EXCLUSIVE on users/)

  expect((await belay('rehearse', '1.0.0', '--env', 'production')).out).toContain('no migration of this release')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).migrations).toEqual(['001_users'])
}, 120_000)
