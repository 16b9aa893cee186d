import { expect, test } from 'vitest'
import { workerSettings } from '../../src/worker/settings.ts'

const database = { BELAY_DATABASE_URL: 'postgres://belay:canary-secret@db/belay' }

test('reads hosts, directories and switches from the environment', () => {
  const environment = {
    ...database,
    BELAY_HOSTS: 'app-1, app-2,',
    BELAY_STATE_DIRECTORY: 'state',
    BELAY_REGISTER_SEARCH_ATTRIBUTES: '1',
  }
  expect(workerSettings(environment, '/srv')).toEqual({
    hosts: ['app-1', 'app-2'],
    agentOnly: false,
    databaseUrl: database.BELAY_DATABASE_URL,
    stateDirectory: '/srv/state',
    workflowBundlePath: null,
    registerSearchAttributes: true,
    leave: null,
    metricsAddress: null,
    provenNames: { keys: { allowedSigners: null, revokedKeys: null }, sshEnvironments: [] },
    logLevel: 'info',
  })
})

test('an agent needs no database', () => {
  expect(workerSettings({ BELAY_AGENT_ONLY: '1', BELAY_HOSTS: 'app-1' }, '/srv')).toMatchObject({
    agentOnly: true,
    databaseUrl: null,
  })
})

test('keys and the environments that demand them are read relative to the directory', () => {
  const environment = {
    ...database,
    BELAY_ALLOWED_SIGNERS: 'keys/allowed_signers',
    BELAY_REVOKED_KEYS: '/etc/belay/revoked',
    BELAY_SSH_ENVIRONMENTS: 'production, staging,',
  }
  expect(workerSettings(environment, '/srv').provenNames).toEqual({
    keys: { allowedSigners: '/srv/keys/allowed_signers', revokedKeys: '/etc/belay/revoked' },
    sshEnvironments: ['production', 'staging'],
  })
})

test('runs to leave behind come with a reason', () => {
  const environment = { ...database, BELAY_LEAVE: 'run-1, run-2', BELAY_LEAVE_REASON: 'ended by hand' }
  expect(workerSettings(environment, '/srv').leave).toEqual({ runs: ['run-1', 'run-2'], reason: 'ended by hand' })
})

test.each([
  [{}, 'BELAY_DATABASE_URL: expected the address of a Postgres'],
  [{ BELAY_AGENT_ONLY: '1' }, 'BELAY_HOSTS: expected the name of at least one host'],
  [{ ...database, BELAY_HOSTS: '../app' }, 'BELAY_HOSTS: expected names of letters'],
  [{ ...database, BELAY_HOSTS: 'app\u202e1' }, 'BELAY_HOSTS: expected names of letters'],
  [{ ...database, BELAY_AGENT_ONLY: 'yes' }, 'BELAY_AGENT_ONLY: expected 1 or 0, got "yes"'],
  [
    { ...database, BELAY_LEAVE: 'run-1' },
    'BELAY_LEAVE: expected the reason in BELAY_LEAVE_REASON (--reason), got none',
  ],
  [
    { ...database, BELAY_METRICS_ADDRESS: 'localhost:9464' },
    'BELAY_METRICS_ADDRESS: expected an IP address and a port',
  ],
  [{ ...database, BELAY_SSH_ENVIRONMENTS: 'production' }, 'BELAY_SSH_ENVIRONMENTS: expected BELAY_ALLOWED_SIGNERS'],
  [{ ...database, BELAY_REVOKED_KEYS: 'revoked' }, 'BELAY_REVOKED_KEYS: expected BELAY_ALLOWED_SIGNERS with it'],
  [{ BELAY_AGENT_ONLY: '1', BELAY_HOSTS: 'a', BELAY_LEAVE: 'run-1' }, 'BELAY_LEAVE: expected a worker with workflows'],
])('refuses %j', (environment, message) => {
  expect(() => workerSettings(environment, '/srv')).toThrow(message)
})
