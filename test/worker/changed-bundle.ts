import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const root = join(import.meta.dirname, '../..')

/** Another version of Belay: its workflows with one text replaced in one file, bundled. Answers with the bundle's path. */
export async function changedBundle(file: string, before: string, after: string): Promise<string> {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'src'))
  await cp(join(root, 'workflows'), join(directory, 'workflows'), { recursive: true })
  await cp(join(root, 'src/domain'), join(directory, 'src/domain'), { recursive: true })
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  const text = await readFile(join(directory, file), 'utf8')
  if (!text.includes(before)) throw new Error(`${file}: expected ${before} in it, got another text`)
  await writeFile(join(directory, file), text.replace(before, after))
  const workflowsPath = join(directory, 'workflows/index.ts')
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  await writeFile(join(directory, 'workflows.js'), code)
  return join(directory, 'workflows.js')
}
