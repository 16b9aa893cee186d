import { expect, test } from 'vitest'
import { isNewer } from '../../src/domain/newer.ts'

const ascending = [
  ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0'],
  ['1.0.0', '1.2.0', '1.10.0', '2.0.0', '2024.06.1', '2024.10.1'],
  ['1.2', '1.2.1', '1.3', `1.${'9'.repeat(30)}`],
]

test.each(ascending)('each of %s… comes before the next', (...versions) => {
  for (const [at, version] of versions.entries()) {
    for (const later of versions.slice(at + 1)) {
      expect([later, version, isNewer(later, version)]).toEqual([later, version, true])
      expect([version, later, isNewer(version, later)]).toEqual([version, later, false])
    }
    expect(isNewer(version, version)).toBe(false)
  }
})

test('what follows a + and a missing number make no version newer', () => {
  expect([isNewer('1.2.0+2', '1.2.0+1'), isNewer('1.2.0', '1.2'), isNewer('1.2', '1.2.0')]).toEqual([
    false,
    false,
    false,
  ])
})

test.each(['nightly-7', '', '1..2', '1.2.x', `1.${'1'.repeat(100)}`])(
  'nobody can tell whether %j is newer',
  (version) => {
    expect([isNewer(version, '1.0.0'), isNewer('1.0.0', version)]).toEqual([null, null])
  },
)
