import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startScratchPostgres } from '../../src/dev/scratch-postgres.ts'
import { query } from '../support/postgres.ts'

it('leaves nothing behind, and removes what a killed owner left, but nobody else has in use', async () => {
  const gone = spawn(process.execPath, ['-e', ''])
  await once(gone, 'exit')
  const [dead, serving, mine] = await Promise.all(
    [`${gone.pid}-dead`, `${gone.pid}-serving`, `${process.pid}-mine`].map((name) =>
      mkdtemp(join(tmpdir(), `belay-scratch-${name}`)),
    ),
  )
  if (!dead || !serving || !mine) throw new Error('expected three directories')
  for (const [directory, pid] of [
    [dead, gone.pid],
    [serving, process.pid],
  ] as const) {
    // As the owner has it: else the data would be looked for elsewhere.
    await chmod(directory, 0o711)
    await mkdir(join(directory, 'postgres'))
    await writeFile(join(directory, 'postgres', 'postmaster.pid'), `${pid}\n`)
  }
  const server = await startScratchPostgres(process.env)
  try {
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await Promise.all([dead, serving, mine].map(isThere))).toEqual([false, true, true])
  } finally {
    await server.stop()
    await Promise.all([serving, mine].map((directory) => rm(directory, { recursive: true })))
  }
}, 60_000)

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
