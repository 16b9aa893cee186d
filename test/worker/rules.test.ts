import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { counters, gauges, histograms } from '../../src/domain/metrics.ts'

test('the alert rules name only series that Belay has', async () => {
  const rules = await readFile(join(import.meta.dirname, '../../deploy/prometheus/belay.rules.yml'), 'utf8')
  const named = new Set(rules.match(/\bbelay_\w+/g))
  const known = Object.keys({ ...counters, ...gauges, ...histograms })
  expect(named.size).toBeGreaterThan(5)
  expect([...named].filter((name) => !known.includes(name))).toEqual([])
})
