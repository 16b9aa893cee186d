import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFileOnce, readJson, writeFileAtomic, writeJson } from '../../activities/disk/atomic.ts'
import { exclusively } from '../../activities/disk/exclusive.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'belay-disk-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a file is replaced whole, with the mode asked for, and nothing is left beside it', async () => {
  const path = join(directory, 'file')
  await writeFileAtomic(path, 'one', { mode: 0o644 })
  await writeFileAtomic(path, Buffer.from('two'), { mode: 0o604 })
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(statSync(path).mode & 0o777).toBe(0o604)
  expect(readdirSync(directory)).toEqual(['file'])
})

test('a symlink is replaced, never followed', async () => {
  writeFileSync(join(directory, 'foreign'), 'untouched')
  symlinkSync(join(directory, 'foreign'), join(directory, 'link'))
  await writeFileAtomic(join(directory, 'link'), 'ours')
  expect(readFileSync(join(directory, 'foreign'), 'utf8')).toBe('untouched')
  expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(false)
})

test('a write that cannot be put in place leaves nothing behind', async () => {
  await expect(writeFileAtomic(join(directory, 'missing', 'file'), 'x')).rejects.toThrow('ENOENT')
  await writeFileAtomic(join(directory, 'file'), 'x')
  await expect(writeFileAtomic(directory, 'x')).rejects.toThrow()
  expect(readdirSync(directory)).toEqual(['file'])
})

test('of many that create the same file at once exactly one does, and its content stands', async () => {
  const path = join(directory, 'once')
  const made = await Promise.all(Array.from({ length: 20 }, (_, at) => createFileOnce(path, String(at))))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(readFileSync(path, 'utf8')).toBe(String(made.indexOf(true)))
  expect(readdirSync(directory)).toEqual(['once'])
})

test('an absent file reads as null, a broken one names itself', async () => {
  const path = join(directory, 'state', 'some.json')
  expect(await readJson(path, (value) => value)).toBeNull()
  await writeJson(path, { a: 1 })
  expect(await readJson(path, (value) => value)).toEqual({ a: 1 })
  writeFileSync(path, '{"a":')
  await expect(readJson(path, (value) => value)).rejects.toThrow(path)
})

test('what is done under a lock is done by one at a time', async () => {
  let [inside, most] = [0, 0]
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise(setImmediate)
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, () => exclusively(join(directory, 'guard'), work)))
  expect(most).toBe(1)
})

test('a lock that is held too long is an error, and a failure gives it back', async () => {
  const guard = join(directory, 'guard')
  await exclusively(guard, async () => {
    await expect(exclusively(guard, async () => 'never', 100)).rejects.toThrow('expected to hold it within 100 ms')
  })
  await expect(exclusively(guard, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await exclusively(guard, async () => 'free')).toBe('free')
})
