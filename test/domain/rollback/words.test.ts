import { expect, test } from 'vitest'
import { type RollbackSurvey, rollbackLines, rollbackQuestion } from '../../../src/domain/rollback/words.ts'

const release = (version: string) => ({ version, commit: version.repeat(8) })
const survey: RollbackSurvey = { live: release('1.1.0'), unfinished: null, target: release('1.0.0'), problem: null }
const asked = { environment: 'production', only: 'all', to: null, waiting: null, survey } as const

test.each([
  [
    asked,
    ['TAKEN OFF  1.1.0 (1.1.01.1.01.), which is live', 'BACK       1.0.0 (1.0.01.0.01.)'],
    ' from 1.1.0 to 1.0.0?',
  ],
  [
    { ...asked, only: 'database' },
    [
      'TAKEN OFF  only the database of 1.1.0 (1.1.01.1.01.), which is live',
      'BACK       only the database of 1.0.0 (1.0.01.0.01.)',
    ],
    ' from 1.1.0 to 1.0.0?',
  ],
  [
    { ...asked, to: 'nothing', survey: { ...survey, target: null } },
    ['TAKEN OFF  1.1.0 (1.1.01.1.01.), which is live', 'BACK       nothing: the service stops'],
    ' from 1.1.0 to nothing (the service stops)?',
  ],
  [
    { ...asked, survey: { ...survey, unfinished: '1.2.0-x' } },
    ['TAKEN OFF  1.2.0-x, which never finished', 'BACK       1.0.0 (1.0.01.0.01.)'],
    ' to 1.0.0?',
  ],
  [
    { ...asked, survey: null },
    ['TAKEN OFF  what is live; the hosts have not said in time what that is'],
    ' to the release before?',
  ],
] as const)('a rollback says what goes and what comes, and no more than is known', (wish, lines, question) => {
  expect(rollbackLines(wish)).toEqual(lines)
  expect(rollbackQuestion(wish)).toMatch(new RegExp(`${question.replace(/[.()?]/g, '\\$&')}$`))
})

test('a release that waits is said to end, and how only it ends', () => {
  const waiting = { deployment: '1.2.0-x', version: '1.2.0', phase: 'gate' }
  const [first, ...rest] = rollbackLines({ ...asked, waiting })
  expect(first).toBe('ENDS       1.2.0 (1.2.0-x, in phase gate): it does not go live')
  expect(rest.at(-1)).toBe('If only 1.2.0 is to end and what is live to stay: belay abort production --reason "..."')
})
