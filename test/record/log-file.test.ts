import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogFileActivities } from '../../activities/record/log-file.ts'
import type { HostOrder } from '../../src/domain/host.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, '../fixtures/append-log-and-die.ts')
const entry = '[2024-01-15 10:30:00] DEPLOYMENT\nVersion: 1.2.3\nRollback: N/A\n'

let directory = ''
let file = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belay-log-'))
  file = join(directory, 'log', 'deployments.log')
})
afterEach(() => rm(directory, { recursive: true }))

const { appendLog } = createLogFileActivities({ host: 'app-1' })

describe('the deployment log on a host', () => {
  it('gets an entry once, however often it is appended', async () => {
    expect(await appendLog({ order: order(), file, key: 'd-1', text: entry })).toEqual({
      file,
      offset: 0,
      appended: true,
    })
    expect(await appendLog({ order: order(), file, key: 'd-1', text: entry })).toEqual({
      file,
      offset: 0,
      appended: false,
    })
    expect(await readFile(file, 'utf8')).toBe(entry)
  })

  it('gets one entry for each deployment, after what stands there, on a line of its own', async () => {
    await mkdir(join(directory, 'log'))
    await writeFile(file, 'half a line of somebody else')
    for (const key of ['d-1', 'd-2']) await appendLog({ order: order(), file, key, text: entry })
    expect(await readFile(file, 'utf8')).toBe(`half a line of somebody else\n${entry}${entry}`)
  })

  it('gets one entry from many attempts at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => appendLog({ order: order(), file, key: 'd-1', text: entry })))
    expect(await readFile(file, 'utf8')).toBe(entry)
  })

  it.each(['before', 'torn'])(
    'gets it once when the agent is killed at any point (%s)',
    async (how) => {
      let killed = 0
      for (let call = 1; ; call += 1) {
        const key = `d-${call}`
        const text = entry.replace('1.2.3', `1.2.${call}.`)
        const died = await attempt(key, text, call, how)
        killed += died ? 1 : 0
        await appendLog({ order: order(), file, key, text })
        expect(occurrences(await readFile(file, 'utf8'), text), `killed at call ${call}`).toBe(1)
        if (!died) break
      }
      expect(killed).toBeGreaterThan(10)
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
      expect(lines).toHaveLength((killed + 1) * 3)
    },
    60_000,
  )

  it('is found in the rotated file by the attempt after a kill', async () => {
    const call = await callThatLeavesTheEntry()
    await appendFile(file, 'more\n')
    await rename(file, `${file}.1`)
    await appendLog({ order: order(), file, key: `d-${call}`, text: entry })
    expect(await readFile(file, 'utf8')).toBe('')
    expect(occurrences(await readFile(`${file}.1`, 'utf8'), entry)).toBe(1)
  }, 30_000)

  it('is not written by a second process while the first one lives, and is once the first is gone', async () => {
    const command = [program, directory, file, 'd-1', entry, '0', 'hang']
    const first = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(first.stdout, 'data')
    const second = appendLog({ order: order(), file, key: 'd-1', text: entry })
    await expect(second).rejects.toThrow(`process ${first.pid} is writing it`)
    expect(await readFile(file, 'utf8')).toBe('')
    first.kill('SIGKILL')
    await once(first, 'exit')
    await appendLog({ order: order(), file, key: 'd-1', text: entry })
    expect(await readFile(file, 'utf8')).toBe(entry)
  })

  it('refuses another text under the same key', async () => {
    await appendLog({ order: order(), file, key: 'd-1', text: entry })
    const other = appendLog({ order: order(), file, key: 'd-1', text: 'other\n' })
    await expect(other).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
  })

  it('refuses an order for another host', async () => {
    const other = appendLog({ order: { ...order(), host: 'app-2' }, file, key: 'd-1', text: entry })
    await expect(other).rejects.toMatchObject({ type: 'Invalid' })
  })

  it.each(['symlink', 'dangling symlink', 'directory', 'fifo', 'device', 'relative'])('refuses a %s', async (kind) => {
    const target = join(directory, 'target')
    await writeFile(target, 'untouched')
    const path = await obstacle(kind, target)
    const refused = appendLog({ order: order(), file: path, key: 'd-1', text: entry })
    await expect(refused).rejects.toMatchObject({ type: 'UnsafePath', nonRetryable: true })
    expect(await readFile(target, 'utf8')).toBe('untouched')
    expect(await readdir(directory)).not.toContain('absent')
  })
})

function order(): HostOrder {
  const names = { service: 'shop', environment: 'production', host: 'app-1', deployment: 'd-1', runId: 'r-1' }
  return { protocol: 1, ...names, fence: 1, directory }
}

/** Whether it was killed on its way. */
async function attempt(key: string, text: string, call: number, how: string): Promise<boolean> {
  const command = [program, directory, file, key, text, String(call), how]
  return run(process.execPath, command).then(
    () => false,
    (error: { signal?: string }) => {
      if (error.signal === 'SIGKILL') return true
      throw error
    },
  )
}

async function callThatLeavesTheEntry(): Promise<number> {
  for (let call = 1; call < 100; call += 1) {
    await attempt(`d-${call}`, entry, call, 'before')
    if (occurrences(await readFile(file, 'utf8').catch(() => ''), entry) === 1) return call
    await rm(file, { force: true })
  }
  throw new Error('no call leaves the entry')
}

async function obstacle(kind: string, target: string): Promise<string> {
  const path = join(directory, 'obstacle')
  if (kind === 'symlink') await symlink(target, path)
  if (kind === 'dangling symlink') await symlink(join(directory, 'absent'), path)
  if (kind === 'directory') await mkdir(path)
  if (kind === 'fifo') await run('mkfifo', [path])
  if (kind === 'device') return '/dev/null'
  return kind === 'relative' ? 'log/deployments.log' : path
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1
}
