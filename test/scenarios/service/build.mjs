// Counts every time it runs, and stays in the build as long as the control directory asks for it.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const control = readFileSync('CONTROL', 'utf8').trim()
const version = readFileSync('VERSION', 'utf8').trim()
appendFileSync(join(control, 'builds'), `${version}\n`)
while (existsSync(join(control, `hold-build-${version}`))) await pause(20)
if (existsSync(join(control, `break-build-${version}`))) process.exit(3)
