import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { modeline } from '../../src/config/modeline.ts'
import { planOfText } from '../../src/init/written-plan.ts'
import { git } from '../scenarios/repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { belay, emptyRepository, fixtures, placeOf, written } from './place.ts'

describe('a project as they are', () => {
  test.for([
    ['node-web', ['http://localhost:3000/healthz', '[node, server.js]']],
    ['go-module', ['go, build, -o, bin/notes, ./cmd/notes', 'go.mod names no dependencies']],
    ['compose', ['tool: node-pg-migrate', '${env:MAIL_TOKEN}', 'role: worker']],
    ['systemd', ['systemd: ledger.service', 'tool: sql', 'must start from /srv/ledger/current']],
  ] as const)('%s: belay.yaml is what it was, and valid', async ([name, parts]) => {
    const place = await placeOf(name)
    const { code, out } = await belay(place, 'init', '--yes')
    expect(code).toBe(0)
    const text = await written(place)
    await expect(text).toMatchFileSnapshot(`golden/${name}.yaml`)
    for (const part of parts) expect(text).toContain(part)
    expect(text.split('\n')[0]).toBe(modeline)
    expect(text.split('\n').length).toBeLessThanOrEqual(80)
    expect(text + out).not.toContain('do-not-copy-me')
    expect(await belay(place, 'validate')).toMatchObject({ code: 0 })
    expect(await readFile(join(place, '.gitignore'), 'utf8')).toBe('.belay/\n')
  })

  test('is told what was found and where, what a deployment would do, and what to type next', async () => {
    const place = await placeOf('compose')
    const { out } = await belay(place, 'init', '--yes')
    await expect(out).toMatchFileSnapshot('golden/compose.said.txt')
  })

  test('with --json the same comes as data', async () => {
    const place = await placeOf('node-web')
    const { code, out } = await belay(place, 'init', '--yes', '--json')
    expect(code).toBe(0)
    const data = JSON.parse(out)
    expect(data).toMatchObject({ schema: 1, file: join(place, 'belay.yaml'), gitignore: 'added', problems: [] })
    expect(data.text).toBe(await written(place))
    expect(data.detected).toContainEqual({ what: 'process web: node server.js', from: 'package.json' })
    expect(data.next).toContain('git tag v1.4.0')
  })
})

describe('a process', () => {
  test('is given the address of the database that was found, for it gets nothing that is not named', async () => {
    const place = await placeOf('node-web')
    const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
    await writeFile(join(place, 'package.json'), JSON.stringify({ ...manifest, dependencies: { pg: '^8' } }))
    expect(await belay(place, 'init', '--yes')).toMatchObject({ code: 0 })
    const plan = planOfText(await written(place), join(place, 'belay.yaml'), 'test')
    expect(plan.layout.processes[0]?.run).toMatchObject({ env: { DATABASE_URL: '${env:DATABASE_URL}' } })
  })

  test('is given none where no Postgres was found', async () => {
    const place = await placeOf('node-web')
    expect(await belay(place, 'init', '--yes')).toMatchObject({ code: 0 })
    const plan = planOfText(await written(place), join(place, 'belay.yaml'), 'test')
    expect(plan.layout.processes[0]?.run).toMatchObject({ env: {} })
  })
})

describe('what cannot be guessed', () => {
  test('in an empty directory names the flags, and writes nothing', async () => {
    const place = await emptyRepository()
    const { code, err } = await belay(place, 'init', '--yes')
    expect(code).toBe(2)
    expect(err).toContain('--start: cannot be read from the repository; give it with --start')
    expect(err).toContain('--health: cannot be read from the repository; give it with --health')
    expect(await readdir(place)).toEqual(['.git'])
    const data = JSON.parse((await belay(place, 'init', '--json')).out)
    expect(data).toMatchObject({
      schema: 1,
      text: null,
      problems: [expect.stringContaining('--start'), expect.anything()],
    })
  })

  test('is taken from the flags, of which nothing is lost or interpreted', async () => {
    const place = await emptyRepository()
    const start = `bin/serve --title "it's: #1 {a}" --empty '' 'yes' --re '^\\d+$' ключ`
    const flags = ['--service', 'odd-one', '--health', 'localhost:9000', '--directory', '/opt/odd one/']
    expect(await belay(place, 'init', '--start', start, ...flags)).toMatchObject({ code: 0 })
    const plan = planOfText(await written(place), join(place, 'belay.yaml'), 'test')
    expect(plan.layout.directory).toBe('/opt/odd one')
    expect(plan.checks.health?.probe).toEqual({ kind: 'tcp', host: 'localhost', port: 9000 })
    expect(plan.layout.processes[0]?.run).toMatchObject({
      command: ['bin/serve', '--title', "it's: #1 {a}", '--empty', '', 'yes', '--re', '^\\d+$', 'ключ'],
    })
  })

  test('without any health check is an ignored safety, told by the command and written into the file', async () => {
    const place = await emptyRepository()
    const { code, out } = await belay(place, 'init', '--systemd', 'odd.service', '--health', 'none', '--service', 'odd')
    expect(code).toBe(0)
    expect(out).toContain('IGNORED     safety no_health_check: no health address was given to belay init')
    expect(out).toContain('warning: odd.service must start from /srv/odd/current')
    expect(await written(place)).toContain('rule: no_health_check')
  })
})

describe('what is there already', () => {
  test('stays, byte for byte, and is replaced with --force only', async () => {
    const place = await placeOf('node-web')
    await writeFile(join(place, 'belay.yaml'), 'mine\n')
    const kept = await belay(place, 'init', '--yes')
    expect(kept).toMatchObject({ code: 2, err: expect.stringContaining('is there already and stays as it is. Next: ') })
    expect(await written(place)).toBe('mine\n')
    expect(await belay(place, 'init', '--yes', '--force')).toMatchObject({ code: 0 })
    expect(await written(place)).toContain('service: notes')
  })

  test('a .gitignore gets one line more, once', async () => {
    const place = await placeOf('node-web')
    await writeFile(join(place, '.gitignore'), 'node_modules')
    await belay(place, 'init', '--yes')
    await belay(place, 'init', '--yes', '--force')
    expect(await readFile(join(place, '.gitignore'), 'utf8')).toBe('node_modules\n.belay/\n')
  })

  test('tags without a v, and the version that is released, are followed', async () => {
    const place = await placeOf('node-web')
    await git(place, 'add', '--all')
    await git(place, 'commit', '--quiet', '--message', 'first')
    for (const tag of ['1.3.0', '1.4.0', 'v0.0.1', 'nightly']) await git(place, 'tag', tag)
    const { out } = await belay(place, 'init', '--yes')
    expect(await written(place)).toContain('tag: "{version}"')
    expect(out).toContain('git tag 1.4.1')
  })
})

describe('a place', () => {
  test('that is no git repository gets the file, no .gitignore, and is told to become one', async () => {
    const place = await temporaryDirectory()
    await cp(join(fixtures, 'node-web'), place, { recursive: true })
    const { code, out } = await belay(place, 'init', '--yes')
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('git init\n') })
    expect(await readdir(place)).not.toContain('.gitignore')
  })

  test('inside a repository is refused: a release is the whole of it', async () => {
    const place = await placeOf('compose')
    const { code, err } = await belay(join(place, 'src'), 'init', '--yes')
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`Next: cd ${place} && belay init`) })
  })

  test('that takes no files is named, and nothing is said to be written', async () => {
    // Nobody can make a file there, not even root.
    const flags = ['--service', 'odd', '--start', 'node a.js', '--health', 'none']
    const { code, out, err } = await belay('/sys/kernel', 'init', ...flags)
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('/sys/kernel: expected a directory that can be written'),
    })
    expect(out).not.toContain('belay.yaml written')
  })
})
