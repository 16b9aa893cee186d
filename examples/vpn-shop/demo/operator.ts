import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { temporalBinary } from '../../../src/dev/temporal-binary.ts'
import type { Demo } from './stage.ts'

/** A scripted person: signs every open item, one after the other, with nothing but `temporal workflow signal`. */
export function operator(demo: Demo): { stop(): void } {
  const signed = new Set<string>()
  let stopped = false
  const look = async () => {
    const { file } = await temporalBinary({ environment: demo.environment, say: () => undefined })
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      await signOpenItems(demo, file, signed).catch(() => undefined)
    }
  }
  look().catch((error: unknown) => demo.say(`operator: ${String(error)}`))
  return {
    stop() {
      stopped = true
    },
  }
}

async function signOpenItems(demo: Demo, temporal: string, signed: Set<string>): Promise<void> {
  const run = await demo.client.attach('vpn-shop', 'production')
  if (!run || !(await run.open())) return
  const status = await run.status()
  // Nobody can have seen what a release changes before the run has read it and waits.
  if (status.phase === 'rollback' || (status.waitingFor === null && status.liveSince === null)) return
  const open = status.items.filter((item) => item.how === 'sign_off' && item.state === 'open')
  for (const item of open.filter((one) => one.item.startsWith('pre.') || status.liveSince !== null)) {
    const key = `${status.deployment} ${item.item}`
    if (signed.has(key)) continue
    signed.add(key)
    const input = { deployment: status.deployment, item: item.item, by: 'operator@example.com', note: 'demo' }
    const { TEMPORAL_ADDRESS: address = '' } = demo.environment
    const args = [
      'workflow',
      'signal',
      '--address',
      address,
      '--workflow-id',
      run.workflowId,
      '--name',
      'signOff',
      '--input',
      JSON.stringify(input),
    ]
    await promisify(execFile)(temporal, args)
  }
}
