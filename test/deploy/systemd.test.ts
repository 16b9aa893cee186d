import { describe, expect, test } from 'vitest'
import { drain } from '../../src/worker/start-worker.ts'
import { readRepositoryFile } from './stack-files.ts'

const units = ['belay-worker.service', 'belay-agent@.service'] as const

describe.for(units)('%s', (name) => {
  const text = readRepositoryFile(`deploy/systemd/${name}`)
  const settings = new Map(text.split('\n').flatMap((line) => (/^[A-Z]\w+=/.test(line) ? [pair(line)] : [])))

  test('leaves what the worker started alone, and gives the worker the time to drain', () => {
    expect(settings.get('KillMode')).toBe('process')
    expect(settings.get('OOMPolicy')).toBe('continue')
    const timeoutMs = Number.parseInt(settings.get('TimeoutStopSec') ?? '', 10) * 1000
    expect(timeoutMs).toBeGreaterThan(drain.shutdownGraceTime + drain.shutdownForceTime)
  })

  test('comes back for ever, with the same state directory', () => {
    expect(settings.get('Restart')).toBe('always')
    expect(settings.get('StartLimitIntervalSec')).toBe('0')
    const [, directory = ''] = pair(settings.get('Environment') ?? '')
    expect(directory.startsWith(`/var/lib/${settings.get('StateDirectory')}`)).toBe(true)
    expect(settings.get('StateDirectoryMode')).toBe('0700')
  })

  test('reads its secrets from a file that systemd opens, and is not root', () => {
    expect(settings.get('EnvironmentFile')).toMatch(/^\/etc\/belay\/\w+\.env$/)
    expect(settings.get('User')).toBe('belay')
    const example = readRepositoryFile(`deploy/systemd/${settings.get('EnvironmentFile')?.split('/').at(-1)}.example`)
    for (const line of example.split('\n')) expect(line).toMatch(/^($|#|[A-Z_]+=[^\s"']*$)/)
  })
})

test('an agent may do on its host what a deployment needs: nothing denies it that', () => {
  const agent = readRepositoryFile('deploy/systemd/belay-agent@.service')
  for (const denied of [
    'NoNewPrivileges',
    'ProtectSystem',
    'ProtectHome',
    'PrivateTmp',
    'MemoryMax',
    'RestrictSUIDSGID',
  ])
    expect(agent).not.toMatch(new RegExp(`^${denied}=`, 'm'))
  expect(agent).toContain('ExecStart=/usr/local/bin/belay worker --host %i')
})

function pair(line: string): [string, string] {
  return [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]
}
