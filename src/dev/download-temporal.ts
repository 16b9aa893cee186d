import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { argv } from 'node:process'
import { TestWorkflowEnvironment } from '@temporalio/testing'

/**
 * Has the Temporal SDK download its dev server, then leaves it as `temporal` in the directory given as argument. The
 * SDK offers no download without a start, so the server runs for a moment.
 */
const [directory] = argv.slice(2)
if (directory === undefined) throw new TypeError('expected a directory as argument')
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: directory, version: 'default' } },
})
await environment.teardown()
const [downloaded] = (await readdir(directory)).filter((name) => !name.startsWith('.'))
if (downloaded === undefined) throw new Error('expected the SDK to leave a program, found none')
await rename(join(directory, downloaded), join(directory, 'temporal'))
