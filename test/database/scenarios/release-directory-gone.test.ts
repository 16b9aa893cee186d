import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { freshWorlds, scripts, trial, users } from './shop.ts'

describe('plain SQL', () => {
  const sql = freshWorlds()

  test('plain SQL goes back from its snapshot alone', async () => {
    const release = await sql().release('1.0.0', { ...users, ...trial })
    const deployed = await sql().deploy(release)
    await rm(release, { recursive: true })
    expect(await sql().review('/nowhere', { way: 'back' })).toMatchObject({ gone: [] })
    expect(await sql().revert(deployed)).toMatchObject({
      reverted: ['002_trial', '001_users'],
      catalogRestored: true,
      failure: null,
    })
  })
})

describe('scripts', () => {
  const scripted = freshWorlds('node-pg-migrate')

  test('what needs its tool is refused in words, and goes back once the release was made again', async () => {
    const files = { ...scripts.users, ...scripts.trial }
    const release = await scripted().release('1.0.0', files)
    const deployed = await scripted().deploy(release)
    await rm(release, { recursive: true })
    const { gone } = await scripted().review('/nowhere', { way: 'back' })
    expect(gone).toEqual([{ releaseDirectory: release, planDigest: null }])
    expect(await scripted().revert(deployed)).toMatchObject({
      reverted: [],
      kept: ['2_trial', '1_users'],
      failure: {
        message: `2_trial: ${release}, whose release applied it, is gone, and its tool or scripts with it; bring that release back from its commit, or keep the schema`,
      },
    })

    // Elsewhere, as a rollback by hand makes it: its bytes are proven to be those that were applied.
    const again = await scripted().release('1.0.0-again', files)
    const migrations = deployed.migrations.map((one) => ({ ...one, releaseDirectory: again }))
    expect(await scripted().revert({ ...deployed, migrations }, { attempt: 2 })).toMatchObject({
      reverted: ['2_trial', '1_users'],
      catalogRestored: true,
    })
  })
})
