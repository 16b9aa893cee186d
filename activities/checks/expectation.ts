import type { MetricCondition, Probe } from '../../src/domain/check.ts'
import { words } from '../../src/domain/reason.ts'

/** What a probe demands, in a few words: the `expected` of its samples. */
export function expectationOf(probe: Probe): string {
  switch (probe.kind) {
    case 'http': {
      const json = probe.json === null ? '' : ` with ${JSON.stringify(probe.json)}`
      return `status ${probe.status}${json}${probe.maxLatencyMs === null ? '' : ` within ${words(probe.maxLatencyMs)}`}`
    }
    case 'postgres':
      if (probe.sql === null) return 'an answer to select 1'
      return probe.expect === null ? 'a value' : `the value ${JSON.stringify(probe.expect)}`
    case 'postgres_pool':
      return `${probe.connections} connections at once, at most ${percent(probe.maxUsedRatio)} used`
    case 'metric':
      return conditionText(probe.condition)
    case 'log':
      return [
        probe.absent === null ? '' : `no log line matching "${probe.absent}"`,
        probe.present === null ? '' : `a log line matching "${probe.present}"`,
        probe.withinMs === null ? '' : `within ${words(probe.withinMs)}`,
      ]
        .filter(Boolean)
        .join(' ')
        .replace('" a log', '" and a log')
    case 'command':
      return 'exit code 0'
    case 'tcp':
      return `a connection to port ${probe.port}`
    case 'process':
      return `${probe.process} running from the release`
    case 'marker':
      return 'the marker of this deployment'
  }
}

function conditionText(condition: MetricCondition): string {
  if ('equals' in condition) return `= ${condition.equals}`
  if ('min' in condition && 'max' in condition) return `from ${condition.min} to ${condition.max}`
  return 'max' in condition ? `<= ${condition.max}` : `>= ${condition.min}`
}

export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10} %`
}
