import { expect, test } from 'vitest'
import { MissingReference, resolveReferences, whoseEnvironment } from '../../src/domain/reference.ts'

test('a variable that is not set is named with whose environment it was looked for in, and never with a value', () => {
  const text = 'postgres://shop:${env:SHOP_PASSWORD}@${env:SHOP_HOST}/shop'
  const known = { SHOP_PASSWORD: 'hunter2', [whoseEnvironment]: 'the agent of host app-1' }
  expect(() => resolveReferences(text, known)).toThrow(new MissingReference('SHOP_HOST', 'the agent of host app-1'))
  expect(new MissingReference('SHOP_HOST', 'the agent of host app-1').message).toBe(
    'environment variable SHOP_HOST: expected a value in the environment of the agent of host app-1, got none',
  )
  expect(new MissingReference('SHOP_HOST').message).toBe(
    'environment variable SHOP_HOST: expected a value where it is used, got none',
  )
})
