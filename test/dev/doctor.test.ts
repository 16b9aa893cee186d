import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeFinding, runDoctor } from '../../src/dev/doctor.ts'
import { isVulnerable } from '../../src/dev/doctor-temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test.each([
  ['1.29.4', true],
  ['1.29.5', false],
  ['1.30.0', true],
  ['1.30.2', true],
  ['1.30.3', false],
  ['1.31.0', false],
  ['nonsense', true],
])('server %s: known vulnerabilities %s', (version, vulnerable) => {
  expect(isVulnerable(version)).toBe(vulnerable)
})

test('an old Node is named together with the one that is needed', () => {
  expect(nodeFinding('20.20.2')).toMatchObject({ ok: false, detail: '20.20.2', fix: 'install Node 22.19.0 or newer' })
  expect(nodeFinding('24.21.0')).toMatchObject({ ok: true, fix: null })
})

test('finds what is missing, says what to do, and never prints a password', async () => {
  const directory = await temporaryDirectory()
  const notADirectory = join(directory, 'file')
  await writeFile(notADirectory, '')
  const environment = {
    PATH: directory,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    BELAY_DATABASE_URL: 'postgres://belay:canary-secret@127.0.0.1:1/belay',
  }
  const findings = await runDoctor({
    environment,
    directory: join(notADirectory, '.belay'),
    hosts: [],
    now: () => new Date(),
  })
  expect(findings.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['git', 'temporal', 'postgres', 'disk'])
  expect(findings.every(({ ok, fix }) => ok || fix)).toBe(true)
  expect(JSON.stringify(findings)).not.toContain('canary-secret')
})

test('without any address everything can be brought by the embedded stack', async () => {
  const directory = await temporaryDirectory()
  const { PATH, HOME } = process.env
  const environment = { PATH, HOME }
  const findings = await runDoctor({ environment, directory, hosts: [], now: () => new Date() })
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  expect(findings.map(({ name }) => name)).toEqual(['node', 'git', 'temporal', 'postgres', 'disk'])
})
