import { execFile } from 'node:child_process'
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const node = process.versions.node
const lock = {
  '': {},
  'node_modules/node': { version: node },
  'node_modules/one': { version: '1.0.0' },
  'node_modules/elsewhere': { version: '1.0.0', optional: true },
}
const { 'node_modules/elsewhere': _, ...installed } = lock

test.each([
  ['nothing is installed', null, 'npm ci '],
  ['a package has another version', { ...installed, 'node_modules/one': { version: '0.9.0' } }, 'npm ci '],
  ['a package is missing', { 'node_modules/node': { version: node } }, 'npm ci '],
  ['all but what is for other platforms is there', installed, ''],
])('when %s', async (_name, packages, expected) => {
  expect(await npmCallsOfSetup(packages, node)).toContain(expected)
  if (expected === '') expect(await npmCallsOfSetup(packages, node)).toBe('')
})

test('the Node of the scripts is installed again when install scripts were forbidden', async () => {
  expect(await npmCallsOfSetup(installed, null)).toBe('npm rebuild node --ignore-scripts=false\n')
})

/** What setup.mjs asks npm to do; npm is replaced by a program that says so. */
async function npmCallsOfSetup(packages: object | null, ownNode: string | null): Promise<string> {
  const directory = await temporaryDirectory()
  await copyFile(join(import.meta.dirname, '../../setup.mjs'), join(directory, 'setup.mjs'))
  await writeFile(join(directory, 'package-lock.json'), JSON.stringify({ packages: lock }))
  await writeFile(join(directory, 'npm.mjs'), "console.log(['npm', ...process.argv.slice(2)].join(' '))")
  await mkdir(join(directory, 'node_modules', '.bin'), { recursive: true })
  if (packages) await writeFile(join(directory, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
  if (ownNode) await symlink(process.execPath, join(directory, 'node_modules', '.bin', 'node'))
  const env = { ...process.env, npm_execpath: join(directory, 'npm.mjs') }
  const { stdout } = await promisify(execFile)(process.execPath, ['setup.mjs'], { cwd: directory, env })
  return stdout
}
