import { expect, test } from 'vitest'
import { temporalSettings } from '../../src/client/temporal-settings.ts'
import { terminalIn } from '../cli/terminal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test.each([
  '127.0.0.1:7233',
  'temporal.internal:7233',
  'eu-1.api.temporal.io:65535',
  'localhost',
  'a_b:1',
  '[::1]:7233',
])('the address %s is taken as it is', (address) => {
  expect(temporalSettings({ TEMPORAL_ADDRESS: address })).toMatchObject({ address, given: true })
})

test.each(['a b:1', 'host:99999', 'host:0', 'host:port', 'host:', ':7233', 'http://host:7233', '::1:7233', 'host:1/x'])(
  'the address %s is refused with what was expected',
  (address) => {
    const settings = () => temporalSettings({ TEMPORAL_ADDRESS: address })
    expect(settings).toThrow(expect.objectContaining({ name: 'Usage' }))
    expect(settings).toThrow(`TEMPORAL_ADDRESS: expected host:port, such as`)
    expect(settings).toThrow(`got ${JSON.stringify(address)}`)
  },
)

test('a mistyped address ends a command with 2', async () => {
  const terminal = terminalIn(await temporaryDirectory(), { PATH: process.env.PATH, TEMPORAL_ADDRESS: 'host:99999' })
  expect(await terminal.belay('status')).toMatchObject({ code: 2, err: expect.stringContaining('got "host:99999"') })
})
