import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { createDatabase } from '../support/postgres.ts'
import { everythingKept } from './everything-kept.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const [hookToken, signingKey] = ['canary-7d10f3b2c8e6', 'canary-1c5a90e4d7b3']
const [password, wrongPassword, token] = ['canary-3f9c0b7a51d2', 'canary-5b21e7d0c944', 'canary-9e44d1c8a6f0']

/** Prints its token like a careless program, in the very line a check will find. */
const careless = `
console.error('ERROR cannot pay with ' + process.env.API_TOKEN)
setInterval(() => console.log('processed 1'), 200)
`

test('a password and a token are in no payload, row, log, tag, or file of Belay, whatever programs print', async () => {
  const role = await roleWithPassword()
  const third = { ...threeReleases[2], version: '1.2.0', files: { ...threeReleases[2]?.files, 'worker.mjs': careless } }
  const receiver = await openReceiver(`/services/${hookToken}`, (response, request) => {
    const first = String(request.headers['x-belay-delivery']).endsWith('/1')
    response.writeHead(first ? 404 : 200).end(`no ${request.url} for ${signingKey}`)
  })
  const world = await openWorld({
    releases: [...threeReleases.slice(0, 2), third],
    environment: ({ serviceUrl }) => ({
      FIXTURE_DATABASE_URL: as(serviceUrl, role, password),
      WRONG_DATABASE_URL: as(serviceUrl, role, wrongPassword),
      FIXTURE_TOKEN: token,
      NOTICE_URL: receiver.url,
      NOTICE_SECRET: signingKey,
      BELAY_LOG_LEVEL: 'debug',
    }),
    change: (settings) => {
      Object.assign(settings.release.processes.worker, { env: { API_TOKEN: '${env:FIXTURE_TOKEN}' } })
      notifying({ url: '${env:NOTICE_URL}', secret: '${env:NOTICE_SECRET}' })(settings)
    },
  })
  await world.live('1.1.0')

  expect(await deployed(world, '${env:FIXTURE_DATABASE_URL}')).toMatchObject({
    outcome: 'ROLLED_BACK',
    reason: { kind: 'not_verified' },
  })
  expect(await deployed(world, '${env:WRONG_DATABASE_URL}')).toMatchObject({ outcome: 'REFUSED' })

  // What it printed is in its own log, and there alone.
  expect(await readFile(`${world.directory}/log/worker.log`, 'utf8')).toContain(token)
  // Refused notices are among what is kept, with what the receiver said of its address and of the key.
  for (const outcome of ['SUCCESS', 'ROLLED_BACK', 'REFUSED']) await receiver.taken(new RegExp(`ended.${outcome}`))
  const places = await everythingKept(world)
  expect([...places].flatMap(([place, text]) => (text.includes('canary-') ? [place] : []))).toEqual([])
  expect([...places.values()].some((text) => text.includes('cannot pay with'))).toBe(true)
  // The search finds what is there: the version is in every kind of place.
  const kinds = [...places].flatMap(([place, text]) => (text.includes('1.1.0') ? (place.split(':')[0] ?? []) : []))
  expect([...new Set(kinds)].toSorted()).toEqual(['git', 'history', 'host', 'log', 'row', 'steps', 'worker'])
}, 180_000)

async function deployed(world: World, url: string) {
  const plan = world.plan('1.2.0', (settings) => {
    settings.database.url = url
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null || status.outcome !== null)
  await run
    .tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
    .catch(() => undefined)
  return await run.end()
}

function as(url: string, role: string, secret: string): string {
  return Object.assign(new URL(url), { username: role, password: secret }).href
}

/** On the server that all tests share; gone when its databases are. */
async function roleWithPassword(): Promise<string> {
  const own = await createDatabase()
  const role = new URL(own.url).pathname.slice(1).replace('test_', 'role_')
  const client = new pg.Client({ connectionString: own.url })
  await client.connect()
  await client.query(`create role ${role} superuser login password '${password}'`)
  onTestFinished(async () => {
    await client.query(`drop role ${role}`)
    await client.end()
    await own.drop()
  })
  return role
}
