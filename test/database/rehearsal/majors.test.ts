import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { onScratch } from '../../../activities/database/rehearsal/on-scratch.ts'
import type { RehearsalOrder } from '../../../activities/database/rehearsal/order.ts'
import { readLive } from '../../../activities/database/rehearsal/scratch/live.ts'
import { createGit } from '../../../activities/git/git.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal/rehearsal.ts'
import { shared } from '../../support/shared.ts'
import { createLive, nick } from './live.ts'

/** A live server that says it is of this major; the scratch one is what it is. */
async function onMajor(major: number, from: 'given' | 'embedded', asked: RehearsalOrder['for']): Promise<Rehearsal> {
  const live = await createLive()
  onTestFinished(() => live.stop())
  const files = Object.entries(nick).map(([path, text]) => [path.replace('migrations/', ''), text])
  const releaseDirectory = await live.release('1.1.0', Object.fromEntries(files))
  const release = { releaseDirectory, settings: live.database.migrations }
  const environment = process.env
  const read = await readLive({ url: live.url, environment }, { release, known: [] })
  const server = await shared('postgres')
  const embedded = () => Promise.resolve({ url: server, stop: () => Promise.resolve() })
  return await onScratch(from === 'given' ? { url: server } : { embedded }, {
    order: live.rehearsalOrder('', { for: asked, directory: join(live.directory) }),
    world: { liveUrl: live.url, scratchUrl: from === 'given' ? server : null, environment },
    deps: { git: createGit({ environment }), clock: () => new Date(), embedded },
    live: { ...read, server: { version: `${major}.1`, major } },
    known: [],
    release,
    pending: read.files.filter(({ name }) => !read.applied.includes(name)),
    binds: { files: '', live: read.fingerprint, serverMajor: major },
  })
}

it('a given server of another major is refused, for the gate and for a person', async () => {
  const words =
    /expected a server of PostgreSQL 12, as the live one is, got rehearsal\.url with 18.*database\.rehearsal\.url/
  await expect(onMajor(12, 'given', 'gate')).rejects.toThrow(words)
  await expect(onMajor(12, 'given', 'command')).rejects.toThrow(words)
}, 30_000)

it('the embedded server of another major is refused for the gate; a person is told which one it was', async () => {
  await expect(onMajor(12, 'embedded', 'gate')).rejects.toThrow("got Belay's own server with 18")
  const rehearsal = await onMajor(12, 'embedded', 'command')
  expect(rehearsal).toMatchObject({
    server: { major: 18, from: 'embedded' },
    binds: { serverMajor: 12 },
    migrations: [{ verdict: 'reversible' }],
  })
}, 30_000)
