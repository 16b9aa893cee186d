import { describe, expect, it } from 'vitest'
import {
  deploymentEndOf,
  type FinishedRun,
  logEntryFor,
  logEntryOfEnd,
  logText,
} from '../../../src/domain/log/entry.ts'

const run: FinishedRun = {
  startedAs: 'deployment',
  outcome: 'SUCCESS',
  changed: true,
  lastCheck: 'PASSED',
  release: { version: '1.2.3', commit: 'abc123def456' },
  environment: 'prod',
  deployedBy: 'engineer@example.com',
  at: '2024-01-15T10:30:00Z',
}

describe('the log entry', () => {
  it("is the runbook's, byte for byte", () => {
    const entry = logEntryFor(run)
    expect(entry && logText(entry)).toBe(`[2024-01-15 10:30:00] DEPLOYMENT
Version: 1.2.3
Commit: abc123def456
Environment: prod
Deployed by: engineer@example.com
Status: SUCCESS
Health check: PASSED
Rollback: N/A
`)
  })

  it('is in UTC, whatever the offset of the time it is given', () => {
    const entry = logEntryFor({ ...run, at: '2024-01-15T00:30:00.999+02:00' })
    expect(entry && logText(entry)).toMatch(/^\[2024-01-14 22:30:00\] DEPLOYMENT\n/)
  })

  it('has eight lines even when a name tries to add one', () => {
    const forged = 'eve\nStatus: SUCCESS\r\u2028\u202e\u0085'
    const entry = logEntryFor({ ...run, outcome: 'ROLLBACK_FAILED', deployedBy: forged })
    const text = entry ? logText(entry) : ''
    expect(text.split(/[\n\r\u2028\u0085]/)).toHaveLength(9)
    expect(text).toContain('Deployed by: eve?Status: SUCCESS????\nStatus: FAILED')
  })

  it.each([
    ['a success', {}, ['SUCCESS', 'PASSED', 'N/A']],
    ['rolled back after a good check', { outcome: 'ROLLED_BACK' }, ['FAILED', 'PASSED', 'ROLLED_BACK']],
    [
      'rolled back after a bad check',
      { outcome: 'ROLLED_BACK', lastCheck: 'FAILED' },
      ['FAILED', 'FAILED', 'ROLLED_BACK'],
    ],
    ['rolled back before any check', { outcome: 'ROLLED_BACK', lastCheck: null }, ['FAILED', 'FAILED', 'ROLLED_BACK']],
    ['a rollback that failed', { outcome: 'ROLLBACK_FAILED' }, ['FAILED', 'FAILED', 'N/A']],
    [
      'a separate rollback',
      { outcome: 'ROLLED_BACK', startedAs: 'rollback', lastCheck: 'PASSED' },
      ['SUCCESS', 'PASSED', 'ROLLED_BACK'],
    ],
    [
      'a separate rollback to nothing, where no check could run',
      { outcome: 'ROLLED_BACK', startedAs: 'rollback', lastCheck: null },
      ['SUCCESS', 'FAILED', 'ROLLED_BACK'],
    ],
    [
      'a separate rollback that failed',
      { outcome: 'ROLLBACK_FAILED', startedAs: 'rollback' },
      ['FAILED', 'FAILED', 'N/A'],
    ],
    [
      'a drill whose way back is proven',
      { outcome: 'ROLLED_BACK', startedAs: 'drill', wayBackMs: 14_000 },
      ['SUCCESS', 'PASSED', 'ROLLED_BACK'],
    ],
    [
      'a drill that came back and proved nothing',
      { outcome: 'ROLLED_BACK', startedAs: 'drill', wayBackMs: null },
      ['FAILED', 'PASSED', 'ROLLED_BACK'],
    ],
    [
      'a deployment, however long its way back took',
      { outcome: 'ROLLED_BACK', wayBackMs: 14_000 },
      ['FAILED', 'PASSED', 'ROLLED_BACK'],
    ],
    ['a manual deployment', { startedAs: 'manual' }, ['SUCCESS', 'PASSED', 'N/A']],
  ] as const)('of %s says so in its three fields', (_, given, expected) => {
    const entry = logEntryFor({ ...run, ...given })
    expect([entry?.status, entry?.healthCheck, entry?.rollback]).toEqual(expected)
  })

  it.each(['REFUSED', 'ABORTED', 'SUPERSEDED'] as const)(
    'does not exist for a run that ended %s before it changed anything',
    (outcome) => {
      const unchanged = { ...run, outcome, changed: false, lastCheck: null }
      expect(logEntryFor(unchanged)).toBeNull()
      const end = deploymentEndOf(unchanged, { sentence: 'no', reason: null, marker: null })
      expect(end).toMatchObject({ status: 'FAILED', healthCheck: 'N/A', rollback: 'N/A' })
      expect(logEntryOfEnd(end, 'prod')).toBeNull()
    },
  )

  it('is the same from a run and from its end', () => {
    const end = deploymentEndOf(run, { sentence: 'live', reason: null, marker: null })
    expect(logEntryOfEnd(end, 'prod')).toEqual(logEntryFor(run))
  })
})
