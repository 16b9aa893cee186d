/**
 * Makes `dist/` and `schema/`, what the package ships: JavaScript and types of the sources, all workflow code in one file,
 * so that a worker starts at once, and the schema that editors read. Workflow sources stay behind: a second copy could be
 * taken for the one that runs.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { createProgram } from './src/cli/program/program.ts'
import { configurationJsonSchema } from './src/config/json-schema.ts'
import { bundleWorkflows } from './src/worker/bundle.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
cpSync(join(root, 'src/history/migrations'), join(dist, 'src/history/migrations'), { recursive: true })
for (const name of readdirSync(join(dist, 'workflows'), { recursive: true, encoding: 'utf8' })) {
  if (name.endsWith('.js')) rmSync(join(dist, 'workflows', name))
}
mkdirSync(join(root, 'schema'), { recursive: true })
writeFileSync(join(root, 'schema/belay.schema.json'), `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`)
writeFileSync(join(dist, 'src/cli/help.txt'), wholeHelp())
const { code } = await bundleWorkflows(pino({ level: 'warn' }))
writeFileSync(join(dist, 'workflows.bundle.js'), code)

/** What `--help` prints, ready: a command line that has to be built first takes twice the time. */
function wholeHelp() {
  const printed = []
  const program = createProgram(undefined, () => undefined).configureOutput({ writeOut: (text) => printed.push(text) })
  program.outputHelp()
  return printed.join('')
}
