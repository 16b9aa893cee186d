import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'
import { type PlanRequest, toPlan } from '../../src/config/to-plan.ts'
import type { Plan } from '../../src/domain/plan.ts'

const minimal = readFileSync(new URL('fixtures/minimal.yaml', import.meta.url), 'utf8')
const full = readFileSync(new URL('fixtures/full.yaml', import.meta.url), 'utf8')
const commit = 'a1b2c3d4'.repeat(5)

describe('one environment and one release become a plan', () => {
  test('the whole of the full example, as a golden file', async () => {
    await expect(`${JSON.stringify(planOf(full), null, 2)}\n`).toMatchFileSnapshot('golden/full.production.plan.txt')
  })

  test('the smallest service gets good defaults', () => {
    const plan = planOf(minimal)
    expect(plan.marker).toEqual({ file: '/srv/notes/.deployment_marker', gitTag: true })
    expect(plan.repository).toEqual({ location: '/home/me/notes', tag: 'v{version}', push: null })
    expect(plan.layout.processes).toEqual([
      {
        name: 'web',
        role: 'application',
        run: { by: 'keeper', command: ['node', 'server.js'], log: '/srv/notes/log/web.log', env: {} },
        stopTimeoutMs: 30_000,
        startTimeoutMs: 60_000,
      },
    ])
    expect(plan.monitoring).toEqual({
      windowMs: 600_000,
      afterRollbackMs: 300_000,
      checks: [
        { check: 'health', intervalMs: 15_000, failureLimit: 1 },
        { check: 'marker', intervalMs: 15_000, failureLimit: 1 },
      ],
    })
    expect(plan.gate.items.rollback_plan).toEqual({ by: 'belay' })
    expect(plan.gate.items.marker_prepared).toEqual({ by: 'belay' })
    expect(plan.ignoredSafeties).toEqual([])
  })

  test('environment, service and version fill the braces meant for them, and no others', () => {
    const plan = planOf(
      minimal
        .replace('directory: /srv/notes', 'directory: /srv/{service}-{environment}')
        .replace('http://localhost:8080/health', '"http://localhost:8080/health?v={version}"')
        .replace(
          '{ marker: true }',
          '{ marker: true }\n  m: { metric: { query: \'up{environment="x"}\', prometheus: "http://p", min: 1 } }',
        ),
    )
    expect(plan.layout.directory).toBe('/srv/notes-production')
    expect(plan.layout.processes[0]?.run).toMatchObject({ log: '/srv/notes-production/log/web.log' })
    expect(plan.checks.health?.probe).toMatchObject({ url: 'http://localhost:8080/health?v=1.2.3' })
    expect(plan.checks.m?.probe).toMatchObject({ source: { query: 'up{environment="x"}' } })
  })

  test('a check of a localhost address runs on every host, any other from a worker', () => {
    expect(planOf(minimal).checks.health?.from).toBe('hosts')
    expect(planOf(minimal.replace('localhost', 'localhost.example.com')).checks.health?.from).toBe('worker')
    expect(planOf(minimal.replace('/health }', '/health, from: worker }')).checks.health?.from).toBe('worker')
  })

  test('references stay references', () => {
    const plan = planOf(full)
    expect(plan.database?.url).toBe('${env:DATABASE_URL}')
    expect(JSON.stringify(plan)).toContain('token=${env:VPN_TOKEN}')
  })

  test('the check that proves metrics collection must see a sample of two intervals at most', () => {
    expect(planOf(full).checks.requests?.probe).toMatchObject({ maxAgeMs: 30_000 })
    expect(planOf(full).checks.state?.probe).toMatchObject({ maxAgeMs: null })
  })
})

describe('the digest', () => {
  test('is the same for another attempt, another performer and other claims', () => {
    const claims: PlanRequest['claims'] = [{ item: 'dependencies_tested', url: 'https://ci.example.com/1', by: 'me' }]
    const first = planOf(full)
    const second = planOf(full, { deployment: 'd-2', performer: 'other@example.com', claims })
    expect(second.claims).toEqual(claims)
    expect(second.digest).toBe(first.digest)
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is another one as soon as anything that is done changes', () => {
    const digests = [
      planOf(full),
      planOf(full, { release: { version: '1.2.4', commit } }),
      planOf(full, { release: { version: '1.2.3', commit: 'b'.repeat(40) } }),
      planOf(full, { environment: 'staging' }),
      planOf(full.replace('keep: 5', 'keep: 6')),
      planOf(full.replace('status: ok,', 'status: OK,')),
    ].map((plan) => plan.digest)
    expect(new Set(digests).size).toBe(digests.length)
  })

  test('does not depend on the order of keys', () => {
    const turned = full.replace('{ status: ok, db_ready: true }', '{ db_ready: true, status: ok }')
    expect(turned).not.toBe(full)
    expect(planOf(turned).digest).toBe(planOf(full).digest)
  })
})

function planOf(text: string, request: Partial<PlanRequest> = {}): Plan {
  const loaded = loadConfiguration(text, 'belay.yaml')
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'))
  const made = toPlan({
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
  if (!made.ok) throw new Error(made.problems.map(describeProblem).join('\n'))
  return made.plan
}
