import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { inOwnTemporary } from '../../activities/disk/own-temporary.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const module = new URL('../../activities/disk/own-temporary.ts', import.meta.url).href
let place: string

beforeEach(async () => {
  place = await temporaryDirectory()
  vi.stubEnv('TMPDIR', place)
  return () => vi.unstubAllEnvs()
})

test('work has a directory of its own that nobody else reads, and that goes with it, whatever comes of it', async () => {
  const seen = await inOwnTemporary('trial', async (directory) => {
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    return basename(directory)
  })
  expect(seen).toMatch(new RegExp(`^belay-trial-${process.pid}-`))
  await expect(inOwnTemporary('trial', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad')
  expect(await readdir(place)).toEqual([])
})

test('what a killed owner left is removed by the next one, an hour later; what is in use and what others have stays', async () => {
  const [old, fresh, other] = [await leftByKilled('trial'), await leftByKilled('trial'), await leftByKilled('else')]
  for (const name of [old, other]) await aged(name)
  await inOwnTemporary('trial', async (directory) => {
    await aged(basename(directory))
    await inOwnTemporary('trial', async () => undefined)
    expect((await readdir(place)).toSorted()).toEqual([fresh, other, basename(directory)].toSorted())
  })
  expect((await readdir(place)).toSorted()).toEqual([fresh, other].toSorted())
})

async function aged(name: string): Promise<void> {
  const then = new Date(Date.now() - 3_700_000)
  await utimes(join(place, name), then, then)
}

/** The name of the directory. */
async function leftByKilled(what: string): Promise<string> {
  const before = await readdir(place)
  const program = `import { inOwnTemporary } from ${JSON.stringify(module)}
    await inOwnTemporary('${what}', async () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['--input-type=module', '--eval', program], { env: process.env }), 'exit')
  const [left = 'none'] = (await readdir(place)).filter((name) => !before.includes(name))
  expect(left).toContain(`belay-${what}-`)
  return left
}
