import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { freePort } from '../../src/dev/free-port.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { scrape } from './scrape.ts'

const rules = join(import.meta.dirname, '../../deploy/prometheus/belay.rules.yml')
const at = 'service="shop", environment="production"'
const worker = ['belay_info{role="worker"}', '1x120']
const agent = ['belay_info{role="agent"}', '1x120']
const answered = ['belay_runs_asked_timestamp_seconds', '0+60x120']
const failed = `belay_deployments_total{${at}, outcome="ROLLBACK_FAILED"}`

test('Prometheus accepts the alert rules', async () => {
  const { stdout } = await promisify(execFile)('promtool', ['check', 'rules', rules])
  expect(stdout).toContain('SUCCESS: 7 rules found')
})

test.each([
  ['BelayNoWorker', 5, [answered], 'critical'],
  ['BelayNoWorker', 5, [answered, agent], 'critical'],
  ['BelayNoWorker', 5, [answered, worker], null],
  ['BelayWaitsForPerson', 16, [[`belay_waiting_runs{${at}}`, '1x120']], 'warning'],
  ['BelayWaitsForPerson', 14, [[`belay_waiting_runs{${at}}`, '1x120']], null],
  ['BelayWaitsForPerson', 16, [[`belay_waiting_runs{${at}}`, '1x10 0x110']], null],
  ['BelayNotSigned', 61, [[`belay_open_runs{${at}, phase="watch"}`, '1x120']], 'warning'],
  ['BelayNotSigned', 61, [[`belay_open_runs{${at}, phase="gate"}`, '1x120']], null],
  ['BelayNoProgress', 6, [[`belay_stalled_runs{${at}}`, '1x120']], 'critical'],
  ['BelayLeftHalfWay', 6, [[`belay_half_way_runs{${at}}`, '1x120']], 'critical'],
  ['BelayRollbackFailed', 30, [[failed, '_x10 1x100']], 'critical'],
  ['BelayRollbackFailed', 30, [[failed, '1x10 2x100']], 'critical'],
  ['BelayRollbackFailed', 90, [[failed, '_x10 1x100']], null],
  ['BelayRollbackFailed', 90, [[failed.replace('ROLLBACK_FAILED', 'SUCCESS'), '1+1x110']], null],
  ['BelayCannotAskTemporal', 7, [['belay_runs_asked_timestamp_seconds', '0x120']], 'critical'],
  ['BelayCannotAskTemporal', 7, [answered], null],
])('%s after %i minutes of %j: %s', async (alertname, minutes, series, severity) => {
  const input_series = series.map(([name, values]) => ({ series: name, values }))
  const alert_rule_test = [{ eval_time: `${minutes}m`, alertname, exp_alerts: [] }]
  const file = join(await temporaryDirectory(), 'rules.test.yml')
  const tests = [{ interval: '1m', input_series, alert_rule_test }]
  await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }))
  const said = await saidBy(['test', 'rules', file])
  if (severity === null) expect(said).toContain('SUCCESS')
  else expect(said).toMatch(new RegExp(`alertname="${alertname}".*severity="${severity}"`))
})

test('the names, types and units of what a worker tells are as Prometheus wants them', async () => {
  const address = `127.0.0.1:${await freePort()}`
  const world = await openWorld({ releases: threeReleases, environment: () => ({ BELAY_METRICS_ADDRESS: address }) })
  await world.live('1.1.0')
  const { text } = await scrape(address)
  const own = text.split('\n').filter((line) => /^(# (HELP|TYPE) )?belay_/.test(line))
  const problems = (await saidBy(['check', 'metrics'], `${own.join('\n')}\n`)).split('\n')
  // The SDK writes taskQueue and workflowType beside the labels of ours.
  expect(problems.filter((line) => line !== '' && !line.includes("'snake_case' not 'camelCase'"))).toEqual([])
  expect(await saidBy(['check', 'metrics'], '# TYPE belay_things counter\nbelay_things 1\n')).toContain('"_total"')
})

async function saidBy(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('promtool', args)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  child.stdin.end(input)
  await once(child, 'close')
  return said
}
