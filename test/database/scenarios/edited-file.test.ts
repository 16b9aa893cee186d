import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostPaths } from '../../../activities/host/paths.ts'
import { freshWorlds, notes, scripts, trial, users } from './shop.ts'

describe('plain SQL', () => {
  const world = freshWorlds()

  test('a release whose applied migration was edited is refused before anything runs', async () => {
    await world().deploy(await world().release('1.0.0', { ...users, ...trial }))
    const statement = { '002_trial.up.sql': 'alter table users add column trial_ends_at timestamptz;' }
    const edited = await world().release('1.1.0', { ...users, ...trial, ...statement, ...notes })
    const words = '002_trial was changed after it was applied: restore the file, and write a new migration instead'
    expect(await world().review(edited)).toMatchObject({ refusals: [words] })
    await world().deployment('d2')
    expect((await world().deploy(edited)).result).toMatchObject({ applied: [], failure: { message: words } })
  })

  test('a comment blocks nobody, and is named as one', async () => {
    await world().deploy(await world().release('1.0.0', { ...users, ...trial }))
    const comment = { '002_trial.down.sql': `-- asked for by sales\n${trial['002_trial.down.sql']}` }
    const commented = await world().release('1.1.0', { ...users, ...trial, ...comment, ...notes })
    expect(await world().review(commented)).toMatchObject({
      refusals: [],
      notices: ['002_trial: only comments were changed since it was applied'],
    })
    await world().deployment('d2')
    expect((await world().deploy(commented)).result).toMatchObject({ applied: ['003_notes'], failure: null })
  })

  test('a file that the next release does not bring any more is known, and said', async () => {
    const { migrations } = await world().deploy(await world().release('1.0.0', { ...users, ...trial }))
    const without = await world().release('1.1.0', { ...users, ...notes })
    expect(await world().review(without, { known: migrations })).toMatchObject({
      unknown: [],
      refusals: [],
      notices: [
        'applied, and not among the files of this release: 002_trial; a rollback past them reverts them from their own snapshots',
      ],
    })
  })

  test('whatever happens to the files of the live release, what goes back is what was applied', async () => {
    const live = await world().release('1.0.0', { ...users, ...trial })
    const deployed = await world().deploy(live)
    await writeFile(join(live, 'migrations/002_trial.down.sql'), 'drop table users cascade;')
    await rm(join(live, 'migrations/001_users.down.sql'))
    expect(await world().revert(deployed)).toMatchObject({
      reverted: ['002_trial', '001_users'],
      catalogRestored: true,
      failure: null,
    })
  })

  test('a snapshot that was tampered with is not run: the release’s own files are, if they are those', async () => {
    const live = await world().release('1.0.0', { ...users, ...trial })
    const deployed = await world().deploy(live)
    const snapshot = hostPaths(world().directory).snapshot(deployed.migrations[0]?.snapshot ?? '')
    await writeFile(join(snapshot, '002_trial.down.sql'), 'drop table users cascade;')
    await writeFile(join(live, 'migrations/001_users.down.sql'), 'drop table users;')
    const refused = await world().revert(deployed)
    expect(refused).toMatchObject({ reverted: [], kept: ['002_trial', '001_users'] })
    expect(refused.failure?.message).toContain('snapshot of the release that applied it is not whole any more')

    await writeFile(join(live, 'migrations/001_users.down.sql'), users['001_users.down.sql'])
    expect(await world().revert(deployed, { attempt: 2 })).toMatchObject({
      reverted: ['002_trial', '001_users'],
      catalogRestored: true,
    })
  })
})

describe('scripts', () => {
  const scripted = freshWorlds('node-pg-migrate')

  test('scripts run where they lie, and only if they are what was applied', async () => {
    const live = await scripted().release('1.0.0', { ...scripts.users, ...scripts.trial })
    const deployed = await scripted().deploy(live)
    const script = join(live, 'migrations/2_trial.js')
    await writeFile(script, scripts.trial['2_trial.js'].replace(`dropColumn('users', 'trial')`, `dropTable('users')`))
    const refused = await scripted().revert(deployed)
    expect(refused).toMatchObject({ reverted: [], kept: ['2_trial', '1_users'] })
    const snapshot = hostPaths(scripted().directory).snapshot(deployed.migrations[0]?.snapshot ?? '')
    expect(refused.failure?.message).toBe(
      `2_trial: 2_trial.js in ${live} is not what was applied; copy it back from ${snapshot}`,
    )

    await writeFile(script, `// asked for by sales\n${scripts.trial['2_trial.js']}`)
    expect(await scripted().revert(deployed, { attempt: 2 })).toMatchObject({
      reverted: ['2_trial', '1_users'],
      warnings: ['2_trial: only comments were changed since it was applied'],
      catalogRestored: true,
    })
  })
})
