import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ratioOf } from './pairs.ts'

/** How long a command takes to start, against Node doing nothing. What ships is measured: `npm run build` comes first. */
const belay = join(import.meta.dirname, '../dist/src/cli/belay.js')
if (!existsSync(belay)) throw new Error(`${belay}: expected the built package, found none. Next: npm run build`)

/** At most: a person does not feel it, and a shell's completion can ask for it at every key. */
const aims = { '--help': 1.5, '--version': 1.5, 'help deploy': 2.5, validate: 8 }

for (const [args, aim] of Object.entries(aims)) {
  const { commandMs, baseMs, ratio } = ratioOf(
    [process.execPath, belay, ...args.split(' ')],
    [process.execPath, '-e', '0'],
    25,
  )
  const verdict = ratio <= aim ? 'ok  ' : 'OVER'
  console.log(
    `${verdict} belay ${args.padEnd(12)} ${commandMs.toFixed(0)} ms, node -e 0 ${baseMs.toFixed(0)} ms: ${ratio.toFixed(2)} (aim ${aim})`,
  )
}
