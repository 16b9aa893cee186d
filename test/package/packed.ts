import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type Packed = {
  /** A project of somebody's, with the package among its dependencies. */
  directory: string
  /** With the Node that runs the tests first on the path. */
  environment: NodeJS.ProcessEnv
  tarball: string
  /** The installed command, as `npx belay` runs it. */
  belay: string
}

const execFileAsync = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** Packs the package as it would be published and installs it into an empty folder below `home`. Takes half a minute. */
export async function installPacked(home: string): Promise<Packed> {
  const directory = join(home, 'project')
  await mkdir(directory)
  const environment = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
  await execFileAsync('npm', ['pack', '--pack-destination', home], { cwd: root, env: environment })
  const tarball = (await readdir(home)).find((file) => file.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack: expected a tarball, found none')
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }))
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  await execFileAsync('npm', ['install', ...quiet, join(home, tarball)], { cwd: directory, env: environment })
  return {
    directory,
    environment,
    tarball: join(home, tarball),
    belay: join(directory, 'node_modules', '.bin', 'belay'),
  }
}
