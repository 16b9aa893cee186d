import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'
import { type PlanRequest, toPlan } from '../../src/config/to-plan.ts'
import { preItems } from '../../src/domain/checklist.ts'
import type { EvidenceClaim } from '../../src/domain/plan.ts'

const minimal = readFileSync(new URL('fixtures/minimal.yaml', import.meta.url), 'utf8')
const commit = 'a1b2c3d4'.repeat(5)

describe('safety is given up by name and with a reason, or not at all', () => {
  const cases = [
    [
      'no_health_check',
      minimal.replace('{ http: http://localhost:8080/health }', '{ process: web }'),
      'belay.yaml:7:3 checks: expected a health check (http, postgres, metric, command, tcp), got none',
    ],
    [
      'empty_watch',
      minimal.replace('checks:\n', 'monitoring: { checks: {} }\nchecks:\n'),
      'belay.yaml:6:23 monitoring.checks: expected at least one check to watch, got none',
    ],
    [
      'short_window',
      minimal.replace('checks:\n', 'monitoring: { window: 599s }\nchecks:\n'),
      'belay.yaml:6:23 monitoring.window: expected at least 10m, got 599s',
    ],
    [
      'empty_manual_items',
      minimal.replace('manual: [health_endpoint_200]', 'manual: []'),
      'belay.yaml:34:11 after.manual: expected at least one manual item, got none',
    ],
    [
      'not_applicable:code_reviewed',
      minimal.replace('code_reviewed: { sign_off: true }', 'code_reviewed: { not_applicable: I am alone }'),
      'belay.yaml:18:20 review.checklist.code_reviewed: expected command or sign_off, got not_applicable',
    ],
    [
      'not_applicable:tests_passing',
      minimal.replace('tests_passing: { command: [npm, test] }', 'tests_passing: { not_applicable: no tests }'),
      'belay.yaml:19:20 review.checklist.tests_passing: expected command or sign_off, got not_applicable',
    ],
  ] as const

  test.each(cases)('%s is refused', (rule, text, message) => {
    expect(problemsOf(text)).toEqual([`${message} (or ignored_safeties: [{ rule: "${rule}", reason: why }])`])
  })

  test.each(cases)('%s with a reason in the file goes on the record', (rule, text) => {
    const named = text.replace('[local] }', `[local], ignored_safeties: [{ rule: "${rule}", reason: for this test }] }`)
    expect(plan(named)).toMatchObject({
      plan: { ignoredSafeties: [{ rule, reason: 'for this test', by: 'belay.yaml' }] },
    })
  })

  test.each(cases)('%s with a reason of the performer goes on the record', (rule, text) => {
    const ignored = [{ rule, reason: 'an incident', by: 'me@example.com' }]
    expect(plan(text, { ignored })).toMatchObject({ plan: { ignoredSafeties: ignored } })
  })

  test.each(['rollback_plan', 'marker_prepared', 'lock'])('nobody can ignore %s, and that is said', (rule) => {
    const [problem, ...more] = problemsOf(minimal, { ignored: [{ rule, reason: 'in a hurry', by: 'me' }] })
    expect(problem).toMatch(/expected a rule that can be ignored, got .* \((nobody deploys without|whoever holds)/)
    expect(more).toEqual([])
  })

  test('a rule of the gate is ignored with a reason in words, or not at all', () => {
    const ignored = (reason: string) => ({ ignored: [{ rule: 'peak_hours', reason, by: 'me' }] })
    expect(problemsOf(minimal, ignored('.'))).toEqual([expect.stringContaining('a reason in words for peak_hours')])
    expect(plan(minimal, ignored('hotfix'))).toMatchObject({
      plan: { ignoredSafeties: [{ rule: 'peak_hours', reason: 'hotfix', by: 'me' }] },
    })
  })

  test('a rule that is kept is not recorded as ignored', () => {
    const text = minimal.replace(
      '[local] }',
      '[local], ignored_safeties: [{ rule: short_window, reason: for this test }] }',
    )
    expect(plan(text)).toMatchObject({ plan: { ignoredSafeties: [] } })
  })

  test('an empty reason, or a rule nobody knows, gives up nothing', () => {
    const text = minimal.replace('manual: [health_endpoint_200]', 'manual: []')
    expect(problemsOf(text, { ignored: [{ rule: 'empty_manual_items', reason: ' ', by: 'me' }] })).toHaveLength(1)
    expect(problemsOf(minimal, { ignored: [{ rule: 'short_windows', reason: 'because', by: 'me' }] })).toEqual([
      expect.stringMatching(
        /ignored_safeties: expected one of .*, got "short_windows" \(did you mean short_window\?\)$/,
      ),
    ])
  })

  test('a window of exactly ten minutes is not short', () => {
    expect(problemsOf(minimal.replace('checks:\n', 'monitoring: { window: 10m }\nchecks:\n'))).toEqual([])
  })
})

describe('files are written where they may be', () => {
  test.each([
    [
      'below no root',
      'file: /etc/marker',
      'a file below /srv/notes, got "/etc/marker" (add its directory to release.roots)',
    ],
    ['in a directory whose name only begins alike', 'file: /srv/notes2/marker', 'a file below /srv/notes, got'],
    ['inside the releases', 'file: /srv/notes/releases/marker', 'a file outside /srv/notes/releases, got'],
    ['through current', 'file: /srv/notes/current/marker', 'a file outside /srv/notes/current, got'],
    ["inside Belay's own state", 'file: /srv/notes/.belay/marker', 'a file outside /srv/notes/.belay, got'],
  ])('a marker %s is refused', (_, marker, message) => {
    const problems = problemsOf(minimal.replace('checks:\n', `marker: { ${marker} }\nchecks:\n`))
    expect(problems).toEqual([expect.stringContaining(`belay.yaml:6:17 marker.file: expected ${message}`)])
  })

  test('a further root makes room', () => {
    const text = minimal.replace('checks:\n', 'marker: { file: /etc/notes/marker }\nchecks:\n')
    expect(problemsOf(text.replace('/srv/notes\n', '/srv/notes\n  roots: [/etc/notes]\n'))).toEqual([])
  })

  test('two files for one place are refused', () => {
    const files =
      '[{ source: a, target: /srv/notes/a }, { source: b, target: /srv/notes/a }, { source: c, target: /srv/notes/.deployment_marker }]'
    expect(problemsOf(minimal.replace('checks:\n', `configuration: ${files}\nchecks:\n`))).toEqual([
      expect.stringContaining('configuration[1].target: expected a place of its own, got "/srv/notes/a"'),
      expect.stringContaining(
        'configuration[2].target: expected a place of its own, got "/srv/notes/.deployment_marker"',
      ),
    ])
  })
})

describe('migrations that the old release cannot live with need one host or downtime', () => {
  const database = (additive: string) =>
    minimal.replace(
      'checks:\n',
      `database: { url: "\${env:DB}", migrations: { tool: sql, additive: ${additive} } }\nchecks:\n`,
    )
  /** The gate asks the live release these queries. */
  const shown = (queries: string) =>
    database('none')
      .replace('additive: none }', `additive: none }, rehearsal: { old_release: { queries: ${queries} } }`)
      .replace(/migrations_tested: \{[^}]*\}/, 'migrations_tested: { rehearsal: true }')
  const onTwo = (text: string) => text.replace('[local]', '[a, b]')

  test('refused with two hosts', () => {
    const message = expect.stringContaining(
      'database.migrations.additive: expected additive migrations or release.downtime: true with 2 hosts',
    )
    expect(problemsOf(onTwo(database('none')))).toEqual([message])
    expect(problemsOf(onTwo(database('[]')))).toEqual([message])
    expect(problemsOf(onTwo(shown('[]')))).toEqual([message])
  })

  test('accepted with one host, with downtime, when declared additive, or without a database', () => {
    expect(problemsOf(database('none'))).toEqual([])
    expect(problemsOf(onTwo(database('none')).replace('/srv/notes\n', '/srv/notes\n  downtime: true\n'))).toEqual([])
    expect(problemsOf(onTwo(database('all')))).toEqual([])
    expect(problemsOf(onTwo(database('[001_init]')))).toEqual([])
    expect(problemsOf(onTwo(shown('[{ name: all, sql: select 1 }]')))).toEqual([])
    expect(problemsOf(onTwo(minimal))).toEqual([])
  })
})

describe('what comes with the command is checked too', () => {
  test('an unknown environment is answered with the known names', () => {
    expect(problemsOf(minimal, { environment: 'prodction' })).toEqual([
      'environment: expected one of production, got "prodction" (did you mean production?)',
    ])
    expect(problemsOf(minimal, { environment: 'constructor' })).toEqual([
      'environment: expected one of production, got "constructor"',
    ])
  })

  test.each(['1.2.3; touch x', '$(id)', '1\n2', '1\u00002', 'x'.repeat(300), '1\u202E2', '-rf', '', ' '])(
    'version %j is refused',
    (version) => {
      expect(problemsOf(minimal, { release: { version, commit } })).toEqual([
        expect.stringMatching(/^release\.version: expected .+, got .+$/),
      ])
    },
  )

  test.each(['abc123', 'HEAD', 'a'.repeat(41), '-'.repeat(40)])('commit %j is refused', (wrong) => {
    expect(problemsOf(minimal, { release: { version: '1.2.3', commit: wrong } })).toEqual([
      expect.stringContaining('release.commit: expected all 40 digits of a commit id'),
    ])
  })

  test('an id that is a path, and a performer on two lines, are refused', () => {
    expect(problemsOf(minimal, { deployment: '../x', performer: 'a\nb' })).toEqual([
      'deployment: expected an id of letters, digits and . _ -, got "../x"',
      'performer: expected a name on one line, at most 200 characters, got "a\\nb"',
    ])
  })

  test('a claim is taken only where the item accepts one, never for the review', () => {
    const accepting = minimal.replace('{ command: [npm, audit] }', '{ command: [npm, audit], accept_claim: true }')
    const claim = (item: EvidenceClaim['item'], url = 'https://ci.example.com/1'): EvidenceClaim[] => [
      { item, url, by: 'me' },
    ]
    expect(problemsOf(accepting, { claims: claim('dependencies_tested') })).toEqual([])
    for (const item of preItems.filter((other) => other !== 'dependencies_tested')) {
      expect(problemsOf(accepting, { claims: claim(item) })).toEqual([
        expect.stringContaining(`claims.${item}: expected an item with accept_claim: true`),
      ])
    }
    for (const url of ['javascript:alert(1)', 'https://me:hunter2@ci.example.com/', 'not a link']) {
      expect(problemsOf(accepting, { claims: claim('dependencies_tested', url) })).toEqual([
        'claims.dependencies_tested: expected an http or https link without a password, got something else',
      ])
    }
  })

  test('problems of the command and of the file come together', () => {
    const text = minimal.replace('manual: [health_endpoint_200]', 'manual: []')
    expect(problemsOf(text, { release: { version: '', commit: '' } })).toHaveLength(3)
  })
})

test('a check that could never fail within the window is refused', () => {
  const text = minimal.replace('checks:\n', 'monitoring: { interval: 6m }\nchecks:\n')
  expect(problemsOf(text)).toEqual([
    expect.stringContaining('expected 2 samples within the window of 10m, got one every 6m'),
    expect.stringContaining('monitoring.checks.marker: expected 2 samples'),
  ])
  expect(problemsOf(text.replace('6m', '5m'))).toEqual([])
})

function problemsOf(text: string, request: Partial<PlanRequest> = {}): string[] {
  const made = plan(text, request)
  return made.ok ? [] : made.problems.map(describeProblem)
}

function plan(text: string, request: Partial<PlanRequest> = {}) {
  const loaded = loadConfiguration(text, 'belay.yaml')
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'))
  return toPlan({
    configuration: loaded.configuration,
    environment: 'production',
    deployment: 'd-1',
    release: { version: '1.2.3', commit },
    performer: 'engineer@example.com',
    claims: [],
    ignored: [],
    baseDirectory: '/home/me/notes',
    ...request,
  })
}
