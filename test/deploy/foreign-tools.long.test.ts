import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { readRepositoryFile, repositoryFile } from './stack-files.ts'

const run = promisify(execFile)

test("docker-compose reads the file with the example's variables filled in, and refuses the example as it is", async () => {
  const directory = await temporaryDirectory()
  const example = readRepositoryFile('.env.example')
  const config = async (env: string) => {
    const file = join(directory, 'values.env')
    await writeFile(file, env)
    const place = ['--project-directory', directory, '--file', repositoryFile('docker-compose.yml'), '--env-file', file]
    return (await run('docker-compose', [...place, 'config'])).stdout
  }
  expect(await config(example.replaceAll(/PASSWORD=$/gm, 'PASSWORD=1234'))).toContain('127.0.0.1:7233:7233')
  await expect(config(example)).rejects.toThrow('set it in .env')
})

test("Prometheus' own tool reads its settings", async () => {
  const { stdout } = await run('promtool', ['check', 'config', repositoryFile('deploy/prometheus/prometheus.yml')])
  expect(stdout).toContain('SUCCESS')
})

test('systemd-analyze finds nothing to say about the units, and something about a broken one', async () => {
  const directory = await temporaryDirectory()
  const verify = async (name: string, change: (text: string) => string = (text) => text) => {
    const file = join(directory, name.replace('@', '@app-1'))
    const text = await readFile(repositoryFile(`deploy/systemd/${name}`), 'utf8')
    // The program is not installed here.
    await writeFile(file, change(text.replace('/usr/local/bin/belay', '/bin/true')))
    const { stdout, stderr } = await run('systemd-analyze', ['verify', file])
    return stdout + stderr
  }
  expect(await verify('belay-worker.service')).toBe('')
  expect(await verify('belay-agent@.service')).toBe('')
  const broken = (text: string) => text.replace('KillMode=process', 'KillMode=gently')
  expect(await verify('belay-worker.service', broken)).toContain('kill mode')
})
