import { describe, expect, test } from 'vitest'
import { allAdditive, planRollback, type Undone } from '../../../src/domain/rollback/plan.ts'

const everything: Undone = { hosts: ['a'], switched: ['a'], stopped: [], migrated: true, additive: true, only: 'all' }

describe('the order of a rollback', () => {
  test.each<[string, Partial<Undone>, string[]]>([
    ['nothing was done', { switched: [], migrated: false }, []],
    ['code and configuration only', { migrated: false }, ['stop:a', 'switch back:a', 'start:a', 'verify', 'stability']],
    [
      'additive migrations: old code serves first, the schema follows',
      {},
      ['stop:a', 'switch back:a', 'start:a', 'verify', 'revert', 'integrity', 'application', 'stability'],
    ],
    [
      'other migrations: the schema first, old code never serves while it is reverted',
      { additive: false },
      ['stop:a', 'revert', 'switch back:a', 'start:a', 'verify', 'integrity', 'application', 'stability'],
    ],
    ['migrations failed before any switch', { switched: [] }, ['revert', 'integrity', 'application', 'stability']],
    [
      'the old release was stopped for migrations that failed',
      { switched: [], stopped: ['a'], additive: false },
      ['revert', 'start:a', 'verify', 'integrity', 'application', 'stability'],
    ],
    [
      'two hosts, one of them not reached yet',
      { hosts: ['a', 'b'], migrated: false },
      ['stop:a', 'switch back:a', 'start:a', 'verify', 'stability'],
    ],
  ])('%s', (_, change, expected) => {
    expect(planRollback({ ...everything, ...change }).map((step) => step.id)).toEqual(expected)
  })

  test('a revert needs the proof that every process of the release is gone', () => {
    const steps = planRollback({ ...everything, hosts: ['a', 'b'], switched: ['a', 'b'] })
    const revert = steps.find((step) => step.kind === 'revert')
    expect(revert?.needsProof).toEqual(['stop:a', 'stop:b'])
  })

  test('old code does not start before a revert that is not additive', () => {
    const steps = planRollback({ ...everything, additive: false })
    expect(steps.find((step) => step.kind === 'start')?.needs).toContain('revert')
    expect(steps.find((step) => step.kind === 'switch back')?.needs).toContain('revert')
  })
})

describe('what is declared additive', () => {
  test.each([
    [[], 'none', true],
    [['a'], 'none', false],
    [['a'], 'all', true],
    [['a', 'b'], ['a'], false],
    [['a', 'b'], ['a', 'b', 'c'], true],
  ] as const)('%j against %j is %s', (migrations, declared, expected) => {
    expect(allAdditive(migrations, declared)).toBe(expected)
  })
})
