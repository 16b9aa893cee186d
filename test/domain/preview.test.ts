import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ItemRecord, preItems } from '../../src/domain/checklist.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import { broken, held } from '../../src/domain/gate/finding.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { itemsOfPlan } from '../../src/domain/plan-items.ts'
import { estimateFrom } from '../../src/domain/preview/estimate.ts'
import type { OpenRun, PreviewFacts } from '../../src/domain/preview/facts.ts'
import { previewMarkdown } from '../../src/domain/preview/markdown.ts'
import { planReport } from '../../src/domain/preview/report.ts'
import { previewText } from '../../src/domain/preview/text.ts'
import { withoutCommands } from '../../src/domain/preview/without-commands.ts'
import { planOf } from '../examples/plan.ts'
import { manyMigrations, rehearsedMigrations, unlookedMigrations, unprovenMigrations } from './preview-migrations.ts'

const yaml = await readFile(fileURLToPath(new URL('../config/fixtures/full.yaml', import.meta.url)), 'utf8')
const production = planOf(yaml, 'production')
const staging = planOf(yaml, 'staging')
const live = { version: '0.9.0', commit: '0a9b'.repeat(10) }
const at = '2026-01-02T03:04:05.000Z'

const hash = (digit: string) => digit.repeat(64)
const everything: ReleaseChanges = {
  base: live,
  basis: 'compared',
  commits: {
    total: 12,
    takenBack: 0,
    people: 3,
    newest: Array.from({ length: 12 }, (_, index) => ({
      commit: (12 - index).toString(16).repeat(40),
      author: ['Ann Ames <ann@example.com>', 'Bob', 'Eve <eve@example.com>'][index % 3] ?? '',
      subject:
        ['Plans have a trial period', 'A mail says when it ends', 'Fewer queries on the start page'][index % 3] ?? '',
      at,
    })),
    authors: ['Ann Ames <ann@example.com>', 'Bob', 'Eve <eve@example.com>'],
  },
  migrations: [
    { name: '0042_trial_period', change: 'added', additive: 'yes', wayBack: 'reversible' },
    { name: '0043_trial_mails', change: 'added', additive: 'yes', wayBack: 'loses_data' },
  ],
  configuration: [
    {
      source: 'config/production.json',
      target: '/srv/vpn-shop/config.json',
      change: 'changed',
      keys: [
        { key: 'trial.days', change: 'added', secret: false, before: null, after: '14' },
        { key: 'pool.size', change: 'changed', secret: false, before: '10', after: '20' },
        { key: 'VPN_TOKEN', change: 'added', secret: true, before: null, after: null },
      ],
    },
  ],
  dependencies: [
    {
      file: 'package-lock.json',
      change: 'changed',
      packages: [
        { name: 'pg', before: '8.1.0', after: '8.2.0' },
        { name: 'left-pad', before: '1.3.0', after: null },
      ],
    },
  ],
  totals: { migrations: 2, configuration: 3, dependencies: 2 },
  hashes: { migrations: hash('1'), configuration: hash('2'), dependencies: hash('3') },
  digest: hash('4'),
}

const nothing: ReleaseChanges = {
  base: live,
  basis: 'compared',
  commits: { total: 0, takenBack: 0, newest: [], authors: [], people: 0 },
  migrations: [],
  configuration: [],
  dependencies: [],
  totals: { migrations: 0, configuration: 0, dependencies: 0 },
  hashes: { migrations: null, configuration: null, dependencies: null },
  digest: hash('5'),
}

const breaking: ReleaseChanges = {
  ...nothing,
  commits: { ...everything.commits, total: 12 },
  migrations: [
    { name: '0042_drop_legacy_plans', change: 'added', additive: 'no', wayBack: 'none' },
    { name: '0041_trial_period', change: 'edited', additive: 'unknown', wayBack: 'unknown' },
    { name: '0009_old', change: 'removed', additive: 'unknown', wayBack: 'unknown' },
  ],
  configuration: [{ source: 'config/app.ini', target: '/srv/vpn-shop/app.ini', change: 'changed', keys: [] }],
  dependencies: [{ file: 'Gemfile.lock', change: 'changed', packages: null }],
  totals: { migrations: 3, configuration: 1, dependencies: 1 },
  hashes: { migrations: hash('6'), configuration: hash('7'), dependencies: hash('8') },
}

const itsRun: OpenRun = {
  deployment: '0.9.9-0123456789',
  version: '0.9.9',
  performer: 'bob@example.com',
  since: at,
  phase: 'watch',
}

describe('a plan as people, pull requests and programs read it', () => {
  const downtime = { ...production, hosts: ['app-1'], layout: { ...production.layout, downtime: true } }
  const cases: readonly [string, Plan, Partial<PreviewFacts>, (OpenRun | null)?][] = [
    ['first release', staging, { live: null, changes: { ...everything, base: null, basis: 'first' }, past: [] }],
    ['everything changes', production, { past: fourRuns() }],
    ['nothing changes', answeredByItself(production), { changes: nothing }],
    ['migrations rehearsed', production, { migrations: rehearsedMigrations }],
    ['migrations not proven', production, { migrations: unprovenMigrations, tagExists: false }],
    ['migrations not looked at', production, { migrations: unlookedMigrations }],
    ['not additive', notAdditive(downtime), { changes: breaking, past: fourRuns() }],
    ['refused by three rules', production, { rules: threeBroken(), items: oneFailed(production) }],
    ['ignored safeties', ignoring(production), { past: null }],
    ['another run is open', production, { rules: [held('lock', 'nobody'), claimedByIt()], changes: null }, itsRun],
  ]

  test.each(cases)('%s', async (name, plan, given, openRun = null) => {
    const report = planReport(plan, { ...facts(plan), ...given }, openRun)
    const golden = (ending: string) => `golden/preview/${name.replaceAll(' ', '-')}.${ending}`
    const text = previewText(report)
      .map((line) => line.text)
      .join('\n')
    await expect(`${text}\n`).toMatchFileSnapshot(golden('txt'))
    await expect(previewMarkdown(report)).toMatchFileSnapshot(golden('md'))
    await expect(`${JSON.stringify({ schema: 1, ...report }, null, 2)}\n`).toMatchFileSnapshot(golden('json.txt'))
    const tooWide = text.split('\n').filter((line) => line.length > 100 && !/next: |^Next: /i.test(line))
    expect(tooWide).toEqual([])
  })
})

test('words that others chose are text, in a terminal and in a pull request', () => {
  const hostile = 'x\n# Forged **bold** <img src=x> [l](http://x) @team #12 `tick` | cell'
  const commit = { commit: 'c'.repeat(40), author: 'eve <eve@example.com>', subject: hostile, at }
  const changes = {
    ...everything,
    commits: { ...everything.commits, newest: [commit], authors: ['@eve <eve@example.com>'] },
  }
  const plan = { ...production, ignoredSafeties: [{ rule: 'peak_hours', reason: hostile, by: '@ann' }] }
  const report = planReport(plan, { ...facts(plan), changes }, null)
  const markdown = previewMarkdown(report)
  expect(markdown).not.toMatch(/^# Forged/m)
  expect(markdown).not.toMatch(/(?<!\\)<img|@team|@ann|@eve|\s#12|(?<!\\)\*\*bold|(?<!\\)\[l\]/)
  expect(previewText(report).every(({ text }) => !text.includes('\n'))).toBe(true)
})

test('of many migrations the broken one stands first, and how many are not shown is said', () => {
  const migrations = manyMigrations
  const lines = previewText(planReport(production, { ...facts(production), migrations }, null)).map(({ text }) => text)
  const section = lines.slice(lines.indexOf('What is known of the migrations'))
  expect(section[2]).toContain('1029_step')
  expect(section.join('\n')).toContain('10 migrations more: belay plan --json')
})

test('of a secret only the name is told', () => {
  const report = planReport(production, facts(production), null)
  expect(previewMarkdown(report)).toContain('VPN\\_TOKEN (added, a secret: not shown)')
  expect(JSON.stringify(report)).not.toContain('hunter2')
})

test('what is estimated rests on three deployments at least', () => {
  const runs = fourRuns()
  expect(estimateFrom(runs.slice(0, 2))).toEqual({ runs: 2, medianMs: null, phases: [] })
  expect(estimateFrom(runs.slice(0, 3)).medianMs).toBe(700_000)
  expect(estimateFrom(runs)).toMatchObject({ runs: 4, medianMs: 710_000 })
  expect(estimateFrom(runs).phases.map(({ phase }) => phase)).toEqual(['gate', 'watch'])
})

test('looking ahead leaves to people what a command would answer, and keeps what can only be read', () => {
  const command = { kind: 'command', command: ['npm', 'test'], timeoutMs: 1 } as const
  const junit = { kind: 'junit', report: 'r.xml', command: ['npm', 'test'], timeoutMs: 1 } as const
  const read = { kind: 'junit', report: '/r/{commit}.xml', command: null, timeoutMs: 1 } as const
  const providers = [command, junit, read, { kind: 'reviewed_by' }] as const
  const tests_passing = { by: 'evidence', need: 'all', providers, acceptClaim: false } as const
  const plan = { ...production, gate: { ...production.gate, items: { ...production.gate.items, tests_passing } } }
  const looking = withoutCommands(plan)
  const { items } = looking.gate
  expect(items.tests_passing).toMatchObject({ providers: [read, { kind: 'reviewed_by' }, { kind: 'sign_off' }] })
  expect(Object.values(items).map(({ by }) => by)).not.toContain('command')
  expect(JSON.stringify(items)).not.toContain('npm')
  // The gate's own rule names the checks that are commands, and runs none.
  expect(looking.checks).toEqual(plan.checks)
})

function facts(plan: Plan): PreviewFacts {
  const rules = [held('lock', 'nobody holds the environment'), held('release', '1.0.0 is not blocked')]
  const hosts = plan.hosts.map((host) => held(host, 'free'))
  return {
    at,
    live,
    tagExists: true,
    rules: [...rules, held('tag', '1.0.0 is a1b2c3d4a1b2'), ...hosts],
    items: itemsOf(plan),
    changes: { ...everything, base: live },
    onCall: null,
    past: fourRuns().slice(0, 2),
  }
}

/** As the gate leaves them that runs no command and waits for nobody. */
function itemsOf(plan: Plan): ItemRecord[] {
  const detail: Readonly<Record<string, string>> = {
    'pre.rollback_plan': plan.hosts
      .map((host) => `${host}: back to 0.9.0 (0a9b0a9b0a9b), kept as it was built`)
      .join('; '),
    'pre.marker_prepared': plan.hosts.map((host) => `${host}: ${plan.marker.file} can be written`).join('; '),
  }
  return itemsOfPlan(plan)
    .filter(({ item }) => preItems.some((id) => item === `pre.${id}`))
    .map((item) => (item.item in detail ? { ...item, state: 'passed', detail: detail[item.item] ?? '', at } : item))
}

function oneFailed(plan: Plan): ItemRecord[] {
  const no = {
    provider: 'promotion',
    ok: false,
    detail: '',
    link: null,
    commit: null,
    by: null,
    claimed: false,
  } as const
  const answers = [{ ...no, at, next: 'belay deploy 1.0.0 --env staging', allowedAt: '2026-01-02T05:00:00.000Z' }]
  const detail = 'live in staging for 20 min, expected 1 h'
  return itemsOf(plan).map((item) =>
    item.item === 'pre.staging_successful' ? { ...item, state: 'failed', detail, answers } : item,
  )
}

function threeBroken() {
  const lock = { reason: 'end of quarter', by: 'bob@example.com', since: at, until: null }
  const why = 'locked by bob@example.com (claimed) since 2026-01-02T03:04:05.000Z: end of quarter'
  return [
    broken('lock', why, { reason: { kind: 'locked', lock }, next: 'belay unlock production' }),
    held('release', '1.0.0 is not blocked'),
    broken('peak_hours', 'it is peak hours: mon-fri 09:00-18:00 Europe/Prague', {
      allowedAt: '2026-01-02T17:00:00.000Z',
      next: 'belay deploy 1.0.0 --env production --ignore peak_hours --reason "..."',
    }),
    broken('on_call', 'the roster /etc/belay/roster.yaml names nobody for now', { next: 'add a shift to the roster' }),
  ]
}

function claimedByIt() {
  const lock = { reason: 'unfinished', by: itsRun.deployment, since: at, until: null }
  return broken('app-1', `holds unfinished ${itsRun.deployment} (phase watch)`, { reason: { kind: 'locked', lock } })
}

/** Nobody has to say anything, before or after. */
function answeredByItself(plan: Plan): Plan {
  const answer = { by: 'not_applicable', reason: 'answered elsewhere' } as const
  const { rollback_plan, marker_prepared } = plan.gate.items
  const items = Object.fromEntries(preItems.map((item) => [item, answer]))
  return {
    ...plan,
    gate: { ...plan.gate, items: { ...plan.gate.items, ...items, rollback_plan, marker_prepared } },
    after: { ...plan.after, post: { ...plan.after.post, user_facing_tested: answer }, manual: {} },
  }
}

function notAdditive(plan: Plan): Plan {
  if (!plan.database) throw new Error('full.yaml has a database')
  return { ...plan, database: { ...plan.database, migrations: { ...plan.database.migrations, additive: 'none' } } }
}

function ignoring(plan: Plan): Plan {
  const { policy } = plan.gate
  if (!policy) throw new Error('plans have a policy')
  const onCall = { from: 'acknowledgement', people: ['bob', 'eve'], withinMs: 900_000 } as const
  const approvals = { required: 2, reviewers: ['ann', 'bob', 'eve'], preventSelfReview: true }
  return {
    ...plan,
    performer: 'ann',
    ignoredSafeties: [
      { rule: 'peak_hours', reason: 'the payment provider ends its old API tonight', by: 'ann' },
      { rule: 'short_window', reason: 'too little traffic to watch for longer', by: 'belay.yaml' },
    ],
    gate: { ...plan.gate, policy: { ...policy, approvals, onCall, override: 'second_person' } },
  }
}

function fourRuns() {
  const run = (seconds: number, phases: Record<string, number>) => ({ ms: seconds * 1_000, phases })
  return [
    run(700, { gate: 60_000, verify: 5_000, watch: 600_000 }),
    run(720, { gate: 70_000, verify: 5_000, watch: 610_000 }),
    run(650, { gate: 10_000, watch: 600_000 }),
    run(9_000, { gate: 8_000_000, verify: 9_000, watch: 640_000 }),
  ]
}
