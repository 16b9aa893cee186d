import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { additiveRefusal } from '../../../src/domain/rollback/additive-review.ts'
import { planOf } from '../../examples/plan.ts'

const plan = planOf(readFileSync('examples/vpn-shop/belay.yaml', 'utf8'), 'production')

function refusal(
  change: { hosts?: string[]; downtime?: boolean; additive?: 'all' | 'none' | string[] },
  first = false,
) {
  const { database, layout } = plan
  if (!database) throw new Error('the example has a database')
  const { hosts = ['a'], downtime = false, additive = 'none' } = change
  const migrations = { ...database.migrations, additive }
  return additiveRefusal(
    { hosts, layout: { ...layout, downtime }, database: { ...database, migrations } },
    ['001', '002'],
    first,
  )
}

test('what is not proven additive needs one host and downtime: old code never serves while it is applied', () => {
  expect(refusal({})).toContain('001, 002 not declared additive: expected one host and `release.downtime: true`')
  expect(refusal({ downtime: true, hosts: ['a', 'b'] })).toContain('got 2 host(s), downtime: true')
  expect(refusal({ additive: ['001'] })).not.toBe(null)
  expect(refusal({ downtime: true })).toBe(null)
})

test('what is declared additive, or has no old code beside it, is applied', () => {
  expect(refusal({ additive: 'all' })).toBe(null)
  expect(refusal({ additive: ['001', '002'], hosts: ['a', 'b'] })).toBe(null)
  expect(refusal({ hosts: ['a', 'b'] }, true)).toBe(null)
})
