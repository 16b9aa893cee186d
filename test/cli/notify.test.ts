import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { notifying } from '../scenarios/notifying.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

test('belay notify test says what each receiver answered, and 0 only when all took it', async () => {
  const [first, second] = [await openReceiver('/secret-path'), await openReceiver()]
  const world = await openWorld({ releases: threeReleases.slice(0, 1), environment: () => ({ HOOK: first.url }) })
  const { belay, configure } = await terminalOf(world)
  expect(await belay('notify', 'test', 'production')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no webhook is configured. Next: notify: { webhook:'),
  })
  expect(await belay('notify', 'everybody', 'production')).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected test'),
  })

  await configure(notifying({ url: '${env:HOOK}', format: 'slack' }, { url: second.url }))
  const good = await belay('notify', 'test', 'production')
  expect(good).toMatchObject({
    code: 0,
    out: 'ok    webhook 1 (slack, ${env:HOOK}): taken, status 200\nok    webhook 2 (json): taken, status 200\n',
  })
  expect(JSON.parse(second.deliveries[0]?.text ?? '')).toMatchObject({
    kind: 'test',
    sentence: expect.stringContaining('asked for by ann@example.com (claimed); nothing has happened'),
  })

  first.behave((response) => void response.writeHead(404).end('no_service'))
  const bad = await belay('notify', 'test', 'production')
  expect(bad.code).toBe(1)
  expect(bad.out).toContain('FAIL  webhook 1 (slack, ${env:HOOK}): expected a 2xx answer, got 404 "no_service"')
  expect(bad.err).toBe('Next: correct what is named above, then belay notify test production\n')
  const data = await belay('notify', 'test', 'production', '--json')
  expect(JSON.parse(data.out)).toMatchObject({
    schema: 1,
    receivers: [{ ok: false }, { ok: true, detail: 'status 200' }],
  })
  expect(`${bad.out}${bad.err}${data.out}`).not.toContain('secret-path')
  expect(new Set(second.deliveries.map(({ headers }) => headers['idempotency-key'])).size).toBe(3)
})
