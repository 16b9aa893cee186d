/**
 * Installs the dependencies when they are missing or differ from the lock file, so that `npm test` and `npm run demo`
 * work on a fresh clone. Runs before anything is installed and on old versions of Node: built-in modules only.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('.', import.meta.url))
const reason = whyInstall()
if (reason !== null) {
  console.log(`setup: ${reason}; npm ci, a minute or two`)
  run(['ci', '--no-audit', '--no-fund'])
}
if (!hasOwnNode()) {
  // npm may be told to run no install scripts; this one package is nothing without its own.
  run(['rebuild', 'node', '--ignore-scripts=false'])
}

/** @returns {string | null} null: everything is there */
function whyInstall() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf(join('node_modules', '.package-lock.json'))
  if (wanted === null) throw new Error('setup: expected package-lock.json beside setup.mjs, found none')
  if (installed === null) return 'nothing is installed'
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    const found = installed[path]
    if (path === '' || (!found && optional)) continue
    if (found?.version !== version) return `${path}: expected ${version}, found ${found?.version ?? 'none'}`
  }
  return null
}

/** @returns {Record<string, { version?: string, optional?: boolean }> | null} */
function packagesOf(file) {
  const path = join(directory, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null
}

/** The scripts run under the Node that is a dependency, whatever the machine's own is. */
function hasOwnNode() {
  const node = join(directory, 'node_modules', '.bin', 'node')
  const wanted = packagesOf('package-lock.json')?.['node_modules/node']?.version
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${wanted}`
}

function run(args) {
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  const { status, error } = spawnSync(command, [...first, ...args], { cwd: directory, stdio: 'inherit' })
  if (status !== 0) throw new Error(`setup: npm ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}
