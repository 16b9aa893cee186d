import { expect, test } from 'vitest'
import { runUrl } from '../../src/domain/run-url.ts'

test.each(['https://ui.example', 'https://ui.example/', 'https://ui.example//'])(
  '%s leads to the page of a run',
  (ui) => {
    const run = { namespace: 'belay.a1', workflowId: 'deploy:shop:production', runId: 'r/1' }
    expect(runUrl(ui, run)).toBe(
      'https://ui.example/namespaces/belay.a1/workflows/deploy%3Ashop%3Aproduction/r%2F1/history',
    )
  },
)
