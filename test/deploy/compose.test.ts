import { existsSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isVulnerable } from '../../src/dev/doctor-temporal.ts'
import { dynamicConfiguration } from '../../src/dev/temporal-server.ts'
import { drain } from '../../src/worker/start-worker.ts'
import { composeServices, environmentOf, readRepositoryFile, repositoryFile } from './stack-files.ts'

const services = Object.entries(composeServices())
const example = envValues(readRepositoryFile('.env.example'))
const filled = Object.fromEntries(Object.entries(example).map(([name, value]) => [name, value || `of-${name}`]))
const mounts = services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('./'))

describe('docker-compose.yml', () => {
  test('publishes nothing beyond loopback unless it is told to', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(0)
    for (const port of ports) expect(port).toMatch(/^\$\{PUBLISH_ADDRESS:-127\.0\.0\.1\}:\d+:\d+$/)
    expect(example.PUBLISH_ADDRESS).toBe('127.0.0.1')
  })

  test.for(services)('%s is pinned to a version', ([, { image }]) => {
    expect(image).toMatch(/^[a-z0-9/-]+:v?\d+\.\d+/)
  })

  test("Temporal's server is one without the known vulnerabilities, and its tools are of the same version", () => {
    const { temporal, ...others } = composeServices()
    const version = temporal?.image.split(':')[1] ?? ''
    expect(isVulnerable(version)).toBe(false)
    expect(isVulnerable('1.29.1')).toBe(true)
    for (const name of ['temporal-schema', 'temporal-namespace'])
      expect(others[name]?.image).toBe(`temporalio/admin-tools:${version}`)
  })

  test('waits in order: databases, schema, server, namespace, worker', () => {
    const waits = services.map(([name, { depends_on = {} }]) => [
      name,
      Object.entries(depends_on).map(([on, { condition }]) => `${on} ${condition.replace('service_', '')}`),
    ])
    expect(Object.fromEntries(waits)).toMatchObject({
      'temporal-schema': ['postgres healthy'],
      temporal: ['temporal-schema completed_successfully'],
      'temporal-namespace': ['temporal healthy'],
      'belay-worker': ['postgres healthy', 'temporal-namespace completed_successfully'],
    })
    const healthy = services.flatMap(([, { depends_on = {} }]) =>
      Object.entries(depends_on).flatMap(([on, { condition }]) => (condition === 'service_healthy' ? [on] : [])),
    )
    for (const name of healthy) expect(composeServices()[name]?.healthcheck, name).toBeDefined()
  })

  test.for(mounts)('%s is in the repository, and is not written to', (mount) => {
    const [source = '', , mode] = mount.split(':')
    expect(mode).toBe('ro')
    expect(existsSync(repositoryFile(source)), source).toBe(true)
    if (source.endsWith('.sh')) expect(statSync(repositoryFile(source)).mode & 0o111).toBeGreaterThan(0)
  })

  test('has no password that works: each must be given, and the example gives none', () => {
    const passwords = Object.keys(example).filter((name) => name.endsWith('PASSWORD'))
    expect(passwords).toHaveLength(3)
    for (const password of passwords) {
      expect(example[password]).toBe('')
      const without = { ...filled, [password]: '' }
      expect(() => services.map(([name]) => environmentOf(name, without)), password).toThrow(password)
    }
    const given = services.map(([name]) => environmentOf(name, filled))
    expect(given.filter((environment) => JSON.stringify(environment).includes('of-BELAY_DB_PASSWORD'))).toHaveLength(2)
    expect(readRepositoryFile('.gitignore').split('\n')).toContain('.env')
  })

  test('keeps ended runs for a month at least', () => {
    for (const values of [filled, { ...filled, TEMPORAL_RETENTION: '' }]) {
      const retention = environmentOf('temporal-namespace', values).TEMPORAL_RETENTION ?? ''
      expect(Number(/^(\d+)h$/.exec(retention)?.[1])).toBeGreaterThanOrEqual(30 * 24)
    }
  })

  test('gives the worker its name space, its search attributes, and the time to drain', () => {
    const worker = composeServices()['belay-worker']
    expect(environmentOf('belay-worker', filled)).toMatchObject({
      TEMPORAL_NAMESPACE: environmentOf('temporal-namespace', filled).TEMPORAL_NAMESPACE,
      BELAY_REGISTER_SEARCH_ATTRIBUTES: '1',
    })
    const graceMs = Number.parseInt(worker?.stop_grace_period ?? '', 10) * 1000
    expect(graceMs).toBeGreaterThan(drain.shutdownGraceTime + drain.shutdownForceTime)
  })

  test("the UI changes nothing unless it is told to: whoever reaches it could sign in anybody's name", () => {
    expect(environmentOf('temporal-ui', { ...filled, TEMPORAL_UI_READ_ONLY: '' })).toMatchObject({
      TEMPORAL_DISABLE_WRITE_ACTIONS: 'true',
    })
    expect(example.TEMPORAL_UI_READ_ONLY).toBe('true')
  })
})

describe('what it mounts', () => {
  test("the server gets the dynamic configuration of belay dev's", () => {
    const file: Record<string, { value: unknown }[]> = parse(readRepositoryFile('deploy/temporal/dynamicconfig.yaml'))
    const values = Object.entries(file).map(([key, settings]) => [key, settings[0]?.value])
    expect(Object.fromEntries(values)).toEqual(dynamicConfiguration)
    const { DYNAMIC_CONFIG_FILE_PATH: path } = environmentOf('temporal', filled)
    expect(composeServices().temporal?.volumes).toContain(`./deploy/temporal/dynamicconfig.yaml:${path}:ro`)
  })

  test('Prometheus asks the worker and the server where they answer, and loads the rules beside its settings', () => {
    const prometheus: {
      rule_files: string[]
      scrape_configs: { job_name: string; metrics_path: string; static_configs: { targets: string[] }[] }[]
    } = parse(readRepositoryFile('deploy/prometheus/prometheus.yml'))
    const asked = prometheus.scrape_configs.map((job) => [job.metrics_path, ...(job.static_configs[0]?.targets ?? [])])
    const port = (address = '') => address.split(':')[1]
    expect(asked).toEqual([
      ['/metrics', `belay-worker:${port(environmentOf('belay-worker', filled).BELAY_METRICS_ADDRESS)}`],
      ['/metrics', `temporal:${port(environmentOf('temporal', filled).PROMETHEUS_ENDPOINT)}`],
    ])
    expect(prometheus.rule_files).toEqual(['*.rules.yml'])
    const [source = '', target] = composeServices().prometheus?.volumes?.[0]?.split(':') ?? []
    expect(existsSync(repositoryFile(`${source}/prometheus.yml`))).toBe(true)
    expect(composeServices().prometheus?.command).toContain(`--config.file=${target}/prometheus.yml`)
  })
})

function envValues(text: string): Record<string, string> {
  const lines = text.split('\n').flatMap((line) => (/^[A-Z_]+=/.test(line) ? [line] : []))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
