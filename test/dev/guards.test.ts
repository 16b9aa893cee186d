import { execFile } from 'node:child_process'
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const root = join(import.meta.dirname, '../..')
const innocent = 'export const one = 1\n'

test.each([
  ['domain-is-pure', { 'src/domain/rule.ts': "import 'node:fs'\n" }],
  ['domain-is-pure', { 'src/domain/rule.ts': "import 'zod'\n" }],
  ['domain-is-pure', { 'src/domain/rule.ts': "import '../client/one.ts'\n", 'src/client/one.ts': innocent }],
  ['workflows-stay-deterministic', { 'workflows/story.ts': "import 'node:crypto'\n" }],
  ['workflows-stay-deterministic', { 'workflows/story.ts': "import 'pg'\n" }],
  [
    'workflows-stay-deterministic',
    { 'workflows/story.ts': "import '../src/history/one.ts'\n", 'src/history/one.ts': innocent },
  ],
  [
    'workflows-know-activities-by-type',
    { 'workflows/story.ts': "import '../activities/act.ts'\n", 'activities/act.ts': innocent },
  ],
  ['workflows-stay-deterministic', { 'workflows/gate/rule.ts': "import 'node:crypto'\n" }],
  ['a-run-knows-no-phase', { 'workflows/run/run.ts': "import '../proxies.ts'\n", 'workflows/proxies.ts': innocent }],
  [
    'hosts-and-record-know-no-phase',
    { 'workflows/hosts/claim.ts': "import '../gate/gate.ts'\n", 'workflows/gate/gate.ts': innocent },
  ],
  [
    'hosts-and-record-know-no-phase',
    { 'workflows/record/records.ts': "import '../end.ts'\n", 'workflows/end.ts': innocent },
  ],
  [
    'activities-know-only-the-domain',
    { 'activities/act.ts': "import '../src/client/one.ts'\n", 'src/client/one.ts': innocent },
  ],
  [
    'activities-know-the-history-by-type',
    { 'activities/act.ts': "import '../src/history/one.ts'\n", 'src/history/one.ts': innocent },
  ],
  [
    'host-world-knows-no-activity',
    { 'src/client/one.ts': "import '../../activities/act.ts'\n", 'activities/act.ts': innocent },
  ],
  [
    'host-world-knows-workflows-by-type',
    { 'src/client/one.ts': "import '../../workflows/story.ts'\n", 'workflows/story.ts': innocent },
  ],
  ['nobody-imports-the-worker', { 'src/client/one.ts': "import '../worker/one.ts'\n", 'src/worker/one.ts': innocent }],
  ['nobody-imports-the-command-line', { 'src/client/one.ts': "import '../cli/one.ts'\n", 'src/cli/one.ts': innocent }],
  ['no-cycles', { 'src/client/one.ts': "import './two.ts'\n", 'src/client/two.ts': "import './one.ts'\n" }],
  ['only-declared-packages', { 'src/client/one.ts': "import 'vitest'\n" }],
  ['everything-resolves', { 'src/client/one.ts': "import './nowhere.ts'\n" }],
])('the folder rule %s catches %j', async (rule, files) => {
  const directory = await projectWith(files)
  expect(await outputOf(directory, 'depcruise', ['--config', '.dependency-cruiser.cjs', '.'])).toContain(
    `error ${rule}`,
  )
})

test('the folder rules let through what they are meant to', async () => {
  const directory = await projectWith({
    'src/domain/rule.ts': innocent,
    'activities/act.ts':
      "import 'node:fs'\nimport type { One } from '../src/history/one.ts'\nimport '../src/domain/rule.ts'\nexport type Act = One\n",
    'src/history/one.ts': "import 'pg'\nexport type One = 1\n",
    'workflows/story.ts':
      "import '@temporalio/workflow'\nimport type { Act } from '../activities/act.ts'\nexport type Story = Act\n",
    'workflows/run/run.ts': "import '../../src/domain/rule.ts'\n",
    'workflows/hosts/claim.ts': "import '../run/run.ts'\nimport '../proxies.ts'\n",
    'workflows/proxies.ts': innocent,
    'src/worker/one.ts': "import '../../activities/act.ts'\nimport '../history/one.ts'\n",
  })
  expect(await outputOf(directory, 'depcruise', ['--config', '.dependency-cruiser.cjs', '.'])).toContain(
    'no dependency violations found',
  )
})

test('a floating promise is an error, an awaited one is not', async () => {
  const directory = await projectWith({
    'src/floating.ts': 'export async function act(): Promise<void> {}\nact()\n',
    'src/awaited.ts': 'export async function act(): Promise<void> {}\nawait act()\n',
  })
  const output = await outputOf(directory, 'oxlint', ['--type-aware', '--deny-warnings'])
  expect(output).toContain('src/floating.ts:2')
  expect(output).toContain('no-floating-promises')
  expect(output).not.toContain('src/awaited.ts')
})

/** A project of these files with this repository's rules and packages. */
async function projectWith(files: Record<string, string>): Promise<string> {
  const directory = await temporaryDirectory()
  const rules = ['.dependency-cruiser.cjs', '.oxlintrc.json', 'tsconfig.json', 'package.json']
  await Promise.all(rules.map((name) => copyFile(join(root, name), join(directory, name))))
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
  return directory
}

async function outputOf(cwd: string, program: string, args: readonly string[]): Promise<string> {
  const bin = join(root, 'node_modules', '.bin')
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' }
  const run = promisify(execFile)(join(bin, program), [...args], { cwd, env })
  const { stdout, stderr } = await run.catch((error: { stdout?: string; stderr?: string }) => error)
  // Some programs colour their output on a CI machine whatever they are told.
  return stripVTControlCharacters(`${stdout}${stderr}`)
}
