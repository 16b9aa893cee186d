import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isErrno } from '../../disk/atomic.ts'
import { readRange } from '../../disk/read-range.ts'
import { errorWords } from '../../network/error-words.ts'
import { badReport } from './bad-report.ts'

/** A report with a hundred thousand tests is about this large, and it takes seconds to read. */
const longestReportBytes = 20 * 1024 * 1024

/** The report's text; null: there is none. Anything but an ordinary file of a bounded size is an error, not an answer. */
export async function readReport(path: string): Promise<string | null> {
  const file = await opened(path)
  if (file === null) return null
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw badReport(path, 'a file', 'something else')
    if (stat.size > longestReportBytes) throw tooLarge(path, stat.size)
    const bytes = await readRange(file, 0, longestReportBytes + 1)
    if (bytes.length > longestReportBytes) throw tooLarge(path, bytes.length)
    return decoded(path, bytes)
  } finally {
    await file.close()
  }
}

/** A pipe would wait for somebody to write, a symlink may lead to another commit's report. */
async function opened(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
    throw badReport(path, 'a file that can be read', isErrno(error, 'ELOOP') ? 'a symlink' : errorWords(error))
  }
}

function tooLarge(path: string, size: number): Error {
  return badReport(path, `at most ${longestReportBytes / 1024 / 1024} MiB`, `${Math.ceil(size / 1024 / 1024)} MiB`)
}

function decoded(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badReport(path, 'text in UTF-8', 'other bytes')
  }
}
