import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installPacked, type Packed } from './packed.ts'

const execFileAsync = promisify(execFile)
const root = join(import.meta.dirname, '../..')

describe('the package, packed and installed into an empty folder', () => {
  let home: string
  let packed: Packed
  const belay = (...args: string[]) =>
    execFileAsync(packed.belay, args, { cwd: packed.directory, env: packed.environment })

  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'belay-packed-')))
    packed = await installPacked(home)
  })

  afterAll(async () => {
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  })

  test('holds what is needed and nothing else', async () => {
    const files = (await execFileAsync('tar', ['-tzf', packed.tarball])).stdout.trim().split('\n')
    const names = files.map((file) => file.replace(/^package\//, ''))
    const expected = /^(package\.json|README\.md|LICENSE|dist\/|schema\/belay\.schema\.json$)/
    expect(names.filter((name) => !expected.test(name))).toEqual([])
    expect(names.filter((name) => /\.ts$/.test(name) && !/\.d\.ts$/.test(name))).toEqual([])
    expect(names.filter((name) => /^dist\/(test|workflows)\/.*\.js$/.test(name))).toEqual([])
    expect(names).toEqual(
      expect.arrayContaining([
        'dist/workflows.bundle.js',
        'dist/src/history/migrations/000001_deployment_history.sql',
        'dist/activities/step/runner.js',
        'dist/src/client/index.d.ts',
        'schema/belay.schema.json',
      ]),
    )
  })

  test('prints the help that it would make, ready, and the version of its manifest', async () => {
    const made = await execFileAsync(process.execPath, [join(root, 'src/cli/belay.ts'), '--help'])
    expect((await belay('--help')).stdout).toBe(made.stdout)
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect((await belay('--version')).stdout).toBe(`${version}\n`)
  })

  test('ships the schema that the command prints, where the editor line of a new configuration points', async () => {
    const shipped = await readFile(join(packed.directory, 'node_modules/belay/schema/belay.schema.json'), 'utf8')
    expect((await belay('schema')).stdout).toBe(shipped)
  })

  test('makes a configuration for a service, which is valid', async () => {
    await writeFile(join(packed.directory, 'server.js'), 'setInterval(() => undefined, 1000)\n')
    const said = await belay('init', '--yes', '--start', 'node server.js', '--health', 'http://127.0.0.1:8080/')
    expect(`${said.stdout}${said.stderr}`).toContain('Next:')
    expect((await belay('validate')).stdout).toContain('valid')
  })

  test('is a library with types: a program that uses them wrongly does not compile', async () => {
    const right = "import { connect } from 'belay'\nconst belay = await connect()\nawait belay.close()\n"
    const wrong = "import { connect } from 'belay'\nconst belay = await connect()\nbelay.deploy({ nothing: true })\n"
    await writeFile(join(packed.directory, 'right.ts'), right)
    await writeFile(join(packed.directory, 'wrong.ts'), wrong)
    const compile = (file: string) =>
      execFileAsync(
        join(root, 'node_modules/.bin/tsc'),
        [
          ...['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--module', 'nodenext', '--target', 'es2024'],
          ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', file],
        ],
        { cwd: packed.directory, env: packed.environment },
      )
    await expect(compile('right.ts')).resolves.toMatchObject({ stdout: '' })
    await expect(compile('wrong.ts')).rejects.toMatchObject({ stdout: expect.stringContaining('nothing') })
  })

  test('says which Node it wants to one that is too old', async () => {
    const entry = await readFile(join(packed.directory, 'node_modules/belay/dist/src/cli/belay.js'), 'utf8')
    const old = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' })\n`
    await writeFile(
      join(packed.directory, 'old.js'),
      entry.replace(/^#!.*\n/, '').replace(/^import .*\n/, (line) => `${line}${old}`),
    )
    await expect(execFileAsync(process.execPath, ['old.js'], { cwd: packed.directory })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected Node 22\.19 or newer, got 20\.1\.0\nNext: /),
    })
  })
})
