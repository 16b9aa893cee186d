import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestCounter, renderMetrics } from '../app/metrics.js'

test('only errors of the last ten seconds make the ratio', () => {
  let nowMs = 0
  const counter = createRequestCounter(() => nowMs)
  for (const status of [200, 404, 500, 502]) counter.begin()(status)
  assert.deepEqual(counter.totals(), { requests: 4, errors: 2, ratio: 0.5 })
  nowMs = 10_001
  counter.begin()
  assert.deepEqual(counter.totals(), { requests: 5, errors: 2, ratio: 0 })
})

test('without requests there is no ratio, and no line for it', () => {
  const ratio = createRequestCounter().totals().ratio
  const samples = [
    { name: 'http_error_ratio', type: 'gauge', help: 'x', value: ratio },
    { name: 'up', type: 'gauge', help: 'y', value: 1 },
  ]
  assert.equal(renderMetrics(samples), '# HELP up y\n# TYPE up gauge\nup 1\n')
})
