#!/usr/bin/env node
import module from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 19)) await answer(process.argv.slice(2))
else {
  process.stderr.write(`belay: expected Node 22.19 or newer, got ${process.versions.node}\n`)
  process.stderr.write(
    'Next: install a newer Node, or in this project: npm install --save-dev node@24, then npx belay\n',
  )
  process.exitCode = 2
}

async function answer(args: readonly string[]): Promise<void> {
  // Before anything else is loaded: with it a command starts in little more than Node's own time.
  module.enableCompileCache()
  // For developers; whoever runs this reads standard error for what went wrong.
  process.noDeprecation = true
  const { quickAnswer } = await import('./quick-answer.ts')
  const quick = quickAnswer(args)
  if (quick !== null) return void process.stdout.write(quick)
  const { main } = await import('./main.ts')
  process.exitCode = await main(process)
}
