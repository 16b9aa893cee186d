import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/client/client.ts'
import { terminalIn } from '../cli/terminal.ts'
import { git } from '../scenarios/repository.ts'
import { endProcessesIn } from '../scenarios/world.ts'
import { ownPort } from '../support/own-port.ts'
import { createDatabase } from '../support/postgres.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a service that never heard of Belay is deployed with what `belay init` wrote', async () => {
  const root = await temporaryDirectory()
  const [repository, home, port] = [join(root, 'notes'), join(root, 'srv'), await ownPort()]
  await makeService(repository, port)
  const { belay, start } = await deskIn(repository, root)

  const made = await belay('init', '--yes', '--directory', home)
  expect(made).toMatchObject({
    code: 0,
    out: expect.stringContaining('belay.yaml written, .belay/ added to .gitignore'),
  })
  expect(made.out).toContain('git tag v1.0.0')
  expect(await belay('validate')).toMatchObject({ code: 0 })
  await shortenWindow(repository)
  await git(repository, 'add', 'belay.yaml', '.gitignore')
  await git(repository, 'commit', '--quiet', '--message', 'Deploy with Belay')
  await git(repository, 'tag', 'v1.0.0')

  const worker = start('worker', '--host', 'local')
  onTestFinished(async () => {
    worker.interrupt()
    await worker.ended
    await endProcessesIn(root)
  })
  await worker.said('belay worker ready')
  const deploying = start('deploy', '1.0.0', '--env', 'production')
  await deploying.said('Next: belay sign production pre.code_reviewed pre.staging_successful')
  const gate = ['code_reviewed', 'staging_successful']
  // Whoever deploys cannot vouch for the review.
  const own = await belay('sign', 'production', 'code_reviewed')
  expect(own).toMatchObject({ code: 2, err: expect.stringContaining('ann@example.com deploys this release') })
  expect(await belay('sign', 'production', ...gate, '--by', 'bob@example.com')).toMatchObject({ code: 0, err: '' })
  await deploying.said('Next: belay sign production post.user_facing_tested')
  expect(await belay('sign', 'production', 'user_facing_tested')).toMatchObject({ code: 0, err: '' })
  expect(await deploying.ended).toMatchObject({ code: 0, out: expect.stringContaining('1.0.0 is live on production') })

  expect(await readlink(join(home, 'current'))).toContain('1.0.0')
  expect(JSON.parse(await readFile(join(home, '.deployment_marker'), 'utf8'))).toMatchObject({ version: '1.0.0' })
  expect(await (await fetch(`http://localhost:${port}/health`)).text()).toBe('notes\n')
})

/** A commit somebody made long before: one file, no dependencies, a test that passes. */
async function makeService(repository: string, port: number): Promise<void> {
  await mkdir(repository)
  await writeFile(
    join(repository, 'package.json'),
    JSON.stringify({
      name: 'notes',
      version: '1.0.0',
      scripts: { start: 'node server.js', test: 'node --check server.js' },
    }),
  )
  await writeFile(
    join(repository, 'server.js'),
    [
      "const { createServer } = require('node:http')",
      `const port = process.env.PORT || ${port}`,
      'createServer((request, response) => {',
      "  response.statusCode = request.url === '/health' ? 200 : 404",
      "  response.end('notes\\n')",
      '}).listen(port)',
    ].join('\n'),
  )
  await git(repository, 'init', '--quiet', '--initial-branch=main')
  await git(repository, 'add', '--all')
  await git(repository, 'commit', '--quiet', '--message', 'notes')
}

async function deskIn(repository: string, root: string) {
  const [database, namespace] = [await createDatabase(), await openNamespace()]
  const environment = {
    ...namespace.environment,
    BELAY_DATABASE_URL: database.url,
    BELAY_BY: 'ann@example.com',
    BELAY_STATE_DIRECTORY: join(root, 'worker'),
    BELAY_WORKFLOW_BUNDLE: await workflowBundle(),
    BELAY_LOG_LEVEL: 'warn',
  }
  const client = await connect(environment)
  onTestFinished(async () => {
    const run = await client.attach('notes', 'production')
    if (await run?.open())
      await client.temporal.workflow.getHandle('deploy:notes:production').terminate('the test is over')
    await client.close()
    await namespace.close()
    await database.drop()
  })
  return terminalIn(repository, environment)
}

/** A test does not wait ten minutes; whoever waits less says why. */
async function shortenWindow(repository: string): Promise<void> {
  const file = join(repository, 'belay.yaml')
  const text = await readFile(file, 'utf8')
  expect(text).toContain('{ window: 10m, interval: 15s }')
  const short = text.replace('{ window: 10m, interval: 15s }', '{ window: 1200ms, interval: 500ms }')
  await writeFile(file, `${short}\nignored_safeties: [{ rule: short_window, reason: a test does not wait }]\n`)
}
