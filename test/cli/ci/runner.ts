import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export type Step = { script: string; env: Record<string, string> }

/** Lines of a job as a runner would run them: in a shell, with `npx belay` on the path, each argument list written down. */
export async function runnerIn(directory: string, environment: NodeJS.ProcessEnv) {
  const bin = join(directory, '.runner')
  const calls = join(bin, 'calls')
  await mkdir(bin)
  await writeFile(calls, '')
  const note = 'require("fs").appendFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)) + "\\n")'
  const belay = fileURLToPath(new URL('../../../src/cli/belay.ts', import.meta.url))
  const npx = `#!/bin/sh\nshift\n'${process.execPath}' -e '${note}' '${calls}' "$@"\nexec '${process.execPath}' '${belay}' "$@"\n`
  await writeFile(join(bin, 'npx'), npx)
  await chmod(join(bin, 'npx'), 0o755)
  return {
    calls: async (): Promise<string[][]> =>
      (await readFile(calls, 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    async run(script: string, env: Record<string, string>) {
      const path = `${bin}:${process.env.PATH}`
      const options = { cwd: directory, env: { ...process.env, ...environment, ...env, PATH: path, CI: 'true' } }
      const child = spawn('sh', ['-e', '-c', script], { ...options, timeout: 90_000 })
      const output = { out: '', err: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output.out += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output.err += text
      })
      const [code]: (number | null)[] = await once(child, 'close')
      return { code, ...output }
    },
  }
}

/** A file of the examples; a problem in its YAML throws. */
export async function readExample(name: string): Promise<unknown> {
  return parse(await readFile(new URL(`../../../examples/ci/${name}`, import.meta.url), 'utf8'), { strict: true })
}

/** Every text of the file that is a shell line of Belay's. */
export function belayLines(node: unknown): string[] {
  if (typeof node === 'string') return /^npx belay /.test(node) ? [node] : []
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(belayLines) : []
}

/** `name<<delimiter` blocks, as GitHub reads `$GITHUB_OUTPUT`. */
export function readOutputs(text: string): Record<string, string> {
  const blocks = [...text.matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm)]
  return Object.fromEntries(blocks.map(([, name = '', , value = '']) => [name, value]))
}
