import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { terminalIn } from './terminal.ts'

const { belay } = terminalIn(tmpdir(), {})

describe('belay docs', () => {
  test('without a path lists the sections, one a line', async () => {
    const { code, out, err } = await belay('docs')
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Next: belay docs <setting>, such as belay docs monitoring.window\n',
    })
    expect(out).toContain('  monitoring        optional         The time after the release is live.\n')
    expect(out.trimEnd().split('\n').length).toBeGreaterThan(15)
  })

  test('with a path says what the setting is, and shows it', async () => {
    expect(await belay('docs', 'environments.production.monitoring.interval')).toEqual({
      code: 0,
      err: '',
      out: 'monitoring.interval: duration, default 15s\n  How often each check is sampled.\n\n  monitoring:\n    interval: 15s\n',
    })
    const { out } = await belay('docs', 'release.processes')
    expect(out).toMatch(/\nBelow each <name>: .*\n {2}start +optional +Command that is the process/)
  })

  test('as data, schema 1', async () => {
    const { out } = await belay('docs', 'rollback', '--json')
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      field: { path: 'rollback', required: false, description: 'How a rollback behaves.' },
      children: [{ path: 'rollback.remind_every', type: 'duration', default: '15m', examples: ['15m'] }],
    })
    expect(JSON.parse((await belay('docs', '--json')).out)).toMatchObject({ schema: 1, field: null })
  })

  test('answers an unknown path with the nearest: exit 2', async () => {
    expect(await belay('docs', 'monitoring.windw')).toEqual({
      code: 2,
      out: '',
      err: 'expected a setting of belay.yaml, got "monitoring.windw" (did you mean monitoring.window?). Next: belay docs\n',
    })
  })
})

test('belay schema prints the schema and nothing else', async () => {
  const { code, out, err } = await belay('schema')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'belay.yaml' })
})
