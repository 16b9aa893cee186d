import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { counters, gauges, histograms } from '../../src/domain/metrics.ts'

const known = Object.keys({ ...counters, ...gauges, ...histograms })

test('the page about running it names every series, and no other', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/running-belay.md'), 'utf8')
  const named = [...page.matchAll(/^\| `(belay_\w+)` \|/gm)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(known.toSorted())
})

test('the alert rules name only series that Belay has', async () => {
  const rules = await readFile(join(import.meta.dirname, '../../deploy/prometheus/belay.rules.yml'), 'utf8')
  const named = new Set(rules.match(/\bbelay_\w+/g))
  expect(named.size).toBeGreaterThan(5)
  expect([...named].filter((name) => !known.includes(name))).toEqual([])
})
