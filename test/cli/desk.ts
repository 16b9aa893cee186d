import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Belay, connect } from '../../src/client/client.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { makeRepository } from '../scenarios/repository.ts'
import { type FixtureSettings, settingsFor } from '../scenarios/settings.ts'
import { ownPort } from '../support/own-port.ts'
import { createDatabase } from '../support/postgres.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { type Terminal, terminalIn } from './terminal.ts'

/** What somebody at a terminal has before anything is deployed: Temporal, a database, a repository; no worker yet. */
export type Desk = Terminal & {
  directory: string
  commits: ReadonlyMap<string, string>
  client: Belay
  environment: NodeJS.ProcessEnv
  settings(): FixtureSettings
  /** Writes another configuration file and answers with its path. */
  configured(name: string, settings: unknown): Promise<string>
  close(): Promise<void>
}

/** Shared by the tests of a file: close it after the last. */
export async function openDesk(): Promise<Desk> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'belay-desk-')))
  const repository = join(directory, 'repository')
  const port = await ownPort()
  const commits = await makeRepository(repository, { port, control: directory, releases: threeReleases })
  const [database, namespace] = [await createDatabase(), await openNamespace()]
  const environment = {
    ...namespace.environment,
    BELAY_DATABASE_URL: database.url,
    BELAY_BY: 'ann@example.com',
    BELAY_WORKFLOW_BUNDLE: await workflowBundle(),
    BELAY_LOG_LEVEL: 'warn',
  }
  const belay = await connect(environment)
  const settings = () => settingsFor({ directory: join(directory, 'app'), repository, port, logDirectory: directory })
  const configured = async (name: string, content: unknown) => {
    const file = join(directory, name)
    await writeFile(file, JSON.stringify(content, null, 2))
    return file
  }
  await configured('belay.yaml', settings())
  return {
    ...terminalIn(directory, environment),
    directory,
    commits,
    client: belay,
    environment,
    settings,
    configured,
    async close() {
      await belay.close()
      await namespace.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
