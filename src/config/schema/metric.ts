import { z } from 'zod'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { exactlyOne, onlyBeside } from './one-of.ts'
import { text } from './text.ts'
import { httpUrl } from './url.ts'

const limit = () => z.number({ error: 'a number' })

/** A Prometheus query, or one metric scraped from a `/metrics` page; and what its value must be. */
export const metric = z
  .strictObject({
    query: described(text('a PromQL query', 4000).optional(), 'PromQL, asked from Prometheus.', 'system_state_status'),
    prometheus: described(
      httpUrl().optional(),
      'Prometheus to ask; `prometheus` of the configuration when left out.',
      'http://localhost:9090',
    ),
    scrape: described(
      httpUrl().optional(),
      'A metrics page in the Prometheus text format, read directly.',
      'http://localhost:8080/metrics',
    ),
    name: described(text('a metric name', 255).optional(), 'Which metric of the page.', 'system_state_status'),
    labels: described(z.record(text('a label'), text('a label value')).optional(), 'Labels that must all match.', {
      service: 'vpn-shop',
    }),
    equals: described(limit().optional(), 'Passed when the value is exactly this.', 0),
    max: described(limit().optional(), 'Passed when the value is at most this.', 0.01),
    min: described(limit().optional(), 'Passed when the value is at least this; may stand beside max.', 1),
    max_age: described(duration().optional(), 'How old the newest sample may be; older is no data.', '30s'),
  })
  .superRefine((entry, context) => {
    exactlyOne(entry, ['query', 'scrape'], context)
    onlyBeside(entry, ['prometheus'], ['query'], context)
    onlyBeside(entry, ['name', 'labels'], ['scrape'], context)
    if (entry.scrape !== undefined && entry.name === undefined) {
      context.addIssue({ code: 'custom', message: 'a metric name beside scrape', path: ['name'] })
    }
    const range = [entry.min, entry.max].filter((value) => value !== undefined)
    if ((entry.equals === undefined) === (range.length === 0)) {
      const got = entry.equals === undefined ? 'none' : 'both'
      context.addIssue({ code: 'custom', message: 'equals, or max and min', params: { got } })
    }
  })
