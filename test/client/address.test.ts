import { expect, test } from 'vitest'
import { addressOf } from '../../src/client/address.ts'
import { item, statusWith } from '../cli/view/statuses.ts'

const status = statusWith({
  items: [
    item('pre.tests_passing', { how: 'command' }),
    item('during.health_checks_passing', { how: 'belay' }),
    item('post.health_checks_passing', { how: 'sign_off' }),
    item('post.metrics_normal', { how: 'check' }),
    item('manual.metrics_normal', { how: 'check' }),
  ],
})

test.each([
  ['tests_passing', 'pre.tests_passing', 'one that a command answers is named, so that the run can say so'],
  ['health_checks_passing', 'post.health_checks_passing', 'of several the one that a person signs'],
  ['metrics_normal', 'metrics_normal', 'of several that nobody signs none is guessed'],
  ['post.metrics_normal', 'post.metrics_normal', 'a whole address stays as it is'],
  ['coffee', 'coffee', 'what there is not stays as it is'],
])('%s is %s: %s', (typed, address) => {
  expect(addressOf(status, typed)).toBe(address)
})
