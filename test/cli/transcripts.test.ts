import { test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'
import { writeFileSync } from 'node:fs'

test('try', async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    const { belay, start, configure } = await terminalOf(world)
    const deploy = (v: string) => ['deploy', v, '--env', 'production']
    await configure((settings) => {
      settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    })
    const out: string[] = []
    const run = async (...args: string[]) => { const a = await belay(...args); out.push(`$ belay ${args.join(' ')}\n${a.out}${a.err === '' ? '' : '--- err\n' + a.err}[${a.code}]\n`); writeFileSync('/tmp/look-out.txt', out.join('\n')) }
    await run(...deploy('1.1.0'))
    await run('explain', 'production')
    await run('checklist', 'production')
    await configure()
    const d = start(...deploy('1.1.0'))
    await d.said('Next: belay sign production pre.code_reviewed')
    await run('waiting')
    await run('checklist','production')
    await run('sign', 'production', 'code_reviewed')
    await d.said('manual.payment_processing')
    await run('waiting')
    await run('checklist','production')
    await run('reject', 'production', 'payment_processing', '--reason', 'card refused')
    await d.ended
    await run('explain', 'production')
    await run('waiting')
    await run('checklist','production')
    await run('record','production')
    await run('logs','production')
    await run('logs','production','build')
    await run('logs','production','web', '-n', '5')
    await run('logs','production','evidence-tests_passing')
    await run('logs','production','weeb')
    await run('explain', 'produktion')
    await run('history')
}, 200_000)
