import { isMapping } from '../../config/yaml/merge.ts'
import type { Directory } from '../directory.ts'
import { splitCommand } from '../split-command.ts'
import { packageManagerOf } from './package-manager.ts'
import type { Program } from './program.ts'

const from = 'package.json'

export function nodeProgram(directory: Directory): Program | null {
  const text = directory.texts.get(from)
  if (text === undefined) return null
  const read = jsonOrNull(text)
  if (!isMapping(read)) return { ...unreadable, notes: [`${from} is not a JSON object: left aside`] }
  const scripts = textsIn(read.scripts)
  const [needed, development] = [keysOf(read.dependencies), keysOf(read.devDependencies)]
  const all = [...needed, ...development]
  const manager = packageManagerOf(directory)
  const migrates = development.includes('node-pg-migrate') && !needed.includes('node-pg-migrate')
  const builds = scripts.has('build')
  return {
    from,
    name: textOr(read.name),
    version: textOr(read.version),
    start: startOf(directory, scripts, manager.run),
    build: manager.build({ packages: all.length > 0, script: builds, development: builds || migrates }),
    tests: hasTests(scripts) ? (all.length > 0 ? manager.installAndTest : manager.test) : null,
    dependencies: all,
    installed: { directory: 'node_modules/.bin', names: all },
    notes: migrates ? [keepsTool] : [],
  }
}

const unreadable = {
  from,
  name: null,
  version: null,
  start: null,
  build: [],
  tests: null,
  dependencies: null,
  installed: null,
}
const keepsTool = 'node-pg-migrate is a devDependency: releases keep them, because going back needs the tool'

/** `node server.js` itself where the script is no more than that: signals reach it at once. */
function startOf(directory: Directory, scripts: ReadonlyMap<string, string>, run: readonly string[]) {
  const script = scripts.get('start')
  if (script === undefined) return directory.paths.includes('server.js') ? ['node', 'server.js'] : null
  const split = splitCommand(script)
  const around = scripts.has('prestart') || scripts.has('poststart')
  const plain = 'value' in split && split.value[0] === 'node' && script.length <= longestLine && !around
  return plain ? split.value : [...run, 'start']
}

/** A longer line is better read where it is written. */
const longestLine = 120

/** What `npm init` writes is no test. */
function hasTests(scripts: ReadonlyMap<string, string>): boolean {
  const test = scripts.get('test')
  return test !== undefined && !test.includes('no test specified')
}

function textsIn(value: unknown): ReadonlyMap<string, string> {
  const entries = isMapping(value) ? Object.entries(value) : []
  return new Map(entries.flatMap(([key, text]): [string, string][] => (typeof text === 'string' ? [[key, text]] : [])))
}

function keysOf(value: unknown): string[] {
  return isMapping(value) ? Object.keys(value) : []
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
