import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inDirectory, inspectTarget } from '../../activities/disk/safe-path.ts'
import { settleFile } from '../../activities/switch/file-state.ts'

let root: string
let directory: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'belay-path-'))
  directory = join(root, 'shop')
  mkdirSync(join(directory, 'etc'), { recursive: true })
  mkdirSync(join(root, 'outside'))
  writeFileSync(join(root, 'outside/file'), 'untouched')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a place is refused', () => {
  test.each([
    ['outside of the roots', '../outside/file'],
    ['with ".." that stays inside', 'etc/../file'],
    ['with "."', './etc/file'],
    ['the root itself', ''],
    ['inside what is Belay its own', '.belay/claim.json'],
    ['inside the releases', 'releases/1.0.0/file'],
    ['at the link to the live release', 'current'],
    ['a directory', 'etc'],
    ['with a file where a directory belongs', 'plain/file'],
    ['a symlink', 'link'],
    ['a symlink that leads nowhere', 'dangling'],
    ['through a symlink', 'out/file'],
    ['a pipe', 'pipe'],
  ])('%s', async (_, relative) => {
    writeFileSync(join(directory, 'plain'), '')
    symlinkSync(join(root, 'outside/file'), join(directory, 'link'))
    symlinkSync(join(root, 'nowhere'), join(directory, 'dangling'))
    symlinkSync(join(root, 'outside'), join(directory, 'out'))
    execFileSync('mkfifo', [join(directory, 'pipe')])
    const path = relative === '' ? directory : `${directory}/${relative}`
    const place = { path, roots: { directory, roots: [] } }
    await expect(inspectTarget(place.path, place.roots)).rejects.toMatchObject({
      type: 'UnsafePath',
      nonRetryable: true,
    })
    const to = { sha256: 'a'.repeat(64), mode: 0o644, uid: 0, gid: 0 }
    await expect(settleFile({ switchId: 'x', ...place, to, parents: [] })).rejects.toMatchObject({ type: 'UnsafePath' })
    expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched')
    expect(existsSync(join(root, 'nowhere'))).toBe(false)
  })
})

describe('a place is taken', () => {
  test('at a file, where nothing is, and where directories are missing', async () => {
    writeFileSync(join(directory, 'etc/file'), '')
    const roots = { directory, roots: [] }
    expect(await inspectTarget(join(directory, 'etc/file'), roots)).toMatchObject({ kind: 'file' })
    expect(await inspectTarget(join(directory, 'etc/none'), roots)).toEqual({ kind: 'absent', parents: [] })
    const parents = [join(directory, 'a'), join(directory, 'a/b')]
    expect(await inspectTarget(join(directory, 'a/b/file'), roots)).toEqual({ kind: 'absent', parents })
    const fresh = { directory: join(root, 'fresh'), roots: [] }
    expect(await inspectTarget(join(root, 'fresh/file'), fresh)).toEqual({
      kind: 'absent',
      parents: [join(root, 'fresh')],
    })
  })

  test('below another root, which may itself be a symlink', async () => {
    symlinkSync(join(root, 'outside'), join(root, 'other'))
    const roots = { directory, roots: [join(root, 'other')] }
    expect(await inspectTarget(join(root, 'other/file'), roots)).toMatchObject({ kind: 'file' })
  })
})

test('a directory that is exchanged for a symlink while it is used stays the directory that was checked', async () => {
  await inDirectory(join(directory, 'etc'), directory, { make: false }, async ({ at }) => {
    renameSync(join(directory, 'etc'), join(directory, 'moved'))
    symlinkSync(join(root, 'outside'), join(directory, 'etc'))
    writeFileSync(`${at}/file`, 'written')
  })
  expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched')
  expect(readFileSync(join(directory, 'moved/file'), 'utf8')).toBe('written')
})
