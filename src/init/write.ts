import { access, constants, lstat, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createFileOnce, isErrno, writeFileAtomic } from '../../activities/disk/atomic.ts'

/** The file is there already, or the directory takes none: nothing was written. */
export class NotWritten extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotWritten'
  }
}

export async function refuseExisting(file: string, force: boolean): Promise<void> {
  const there = await lstat(file).catch(() => null)
  if (there === null || force) return
  throw existing(file)
}

/** Whole or not at all; readable by everybody, as source is. */
export async function writeConfiguration(file: string, text: string, force: boolean): Promise<void> {
  const mode = 0o644
  try {
    if (force) await writeFileAtomic(file, text, { mode })
    else if (!(await createFileOnce(file, text, { mode }))) throw existing(file)
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EISDIR', 'ENOTDIR', 'ENOSPC')
    )
      throw error
    throw new NotWritten(
      `${dirname(file)}: expected a directory that can be written, got ${error.message}; nothing was written`,
    )
  }
}

function existing(file: string): NotWritten {
  return new NotWritten(
    `${basename(file)} is there already and stays as it is. Next: belay validate, or belay init --force to replace it`,
  )
}

/** Belay's own state never belongs into a commit. */
export async function ignoreState(directory: string): Promise<'added' | 'present'> {
  const file = join(directory, '.gitignore')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  const lines = (text ?? '').split(/\r?\n/).map((line) => line.trim())
  if (lines.some((line) => /^\/?\.belay\/?$/.test(line))) return 'present'
  const end = text?.includes('\r\n') ? '\r\n' : '\n'
  const before = text === null || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}${end}`
  const { mode } = (await lstat(file).catch(() => null)) ?? { mode: 0o644 }
  await writeFileAtomic(file, `${before}.belay/${end}`, { mode: mode & 0o777 })
  return 'added'
}

/** The directory, when nobody can make it or write in it as this user; null: it can. */
export async function closedPlace(directory: string): Promise<string | null> {
  for (let place = directory; ; place = dirname(place)) {
    const open = await access(place, constants.W_OK | constants.X_OK).then(
      () => true,
      (error: unknown) => (isErrno(error, 'ENOENT') ? null : false),
    )
    if (open === true) return null
    if (open === false || place === dirname(place)) return directory
  }
}
