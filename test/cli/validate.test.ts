import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Terminal, terminalIn } from './terminal.ts'

const fixtures = new URL('../config/fixtures/', import.meta.url)
const golden = new URL('../config/golden/validate.txt', import.meta.url)
const elsewhere = { GITHUB_ACTIONS: '', GITHUB_WORKSPACE: '' }

let directory: string
let terminal: Terminal

beforeEach(async () => {
  directory = await temporaryDirectory()
  terminal = terminalIn(directory, elsewhere)
})

describe('belay validate', () => {
  test('shows every mistake of a file at once, each with its line and a caret, and what to do next', async () => {
    await copyFile(new URL('mistaken.yaml.txt', fixtures), join(directory, 'belay.yaml'))
    const { code, out, err } = await terminal.belay('validate')
    expect(code).toBe(2)
    await expect(`${out}--- and on standard error\n${err}`).toMatchFileSnapshot(golden.pathname)
    expect(out + err).not.toContain('hunter2')
  })

  test('says that a valid file is valid, and nothing else', async () => {
    await copyFile(new URL('minimal.yaml', fixtures), join(directory, 'belay.yaml'))
    const file = join(directory, 'belay.yaml')
    expect(await terminal.belay('validate')).toEqual({ code: 0, out: `${file}: valid\n`, err: '' })
  })

  test('gives the problems as data, schema 1, without source lines', async () => {
    await copyFile(new URL('mistaken.yaml.txt', fixtures), join(directory, 'belay.yaml'))
    const { code, out, err } = await terminal.belay('validate', '--json')
    expect({ code, err }).toEqual({ code: 2, err: '' })
    const file = join(directory, 'belay.yaml')
    const first = {
      file,
      line: 2,
      column: 10,
      path: 'service',
      got: '"Notes"',
      hint: null,
      expected: expect.any(String),
    }
    expect(JSON.parse(out)).toMatchObject({ schema: 1, file, problems: expect.arrayContaining([first]) })
    expect(Object.keys(JSON.parse(out))).toEqual(['schema', 'file', 'problems'])
    expect(out).not.toContain('hunter2')
  })

  test('tells what stands in the defaults once, however many environments have it', async () => {
    const minimal = await readFile(new URL('minimal.yaml', fixtures), 'utf8')
    const text = minimal
      .replace('manual: [health_endpoint_200]', 'manual: []')
      .concat('  staging: { hosts: [local] }\n')
    expect((await validated(text)).out.match(/after\.manual/g)).toHaveLength(1)
  })

  test.for([
    ['an empty file', '', 'belay.yaml:1:1: expected a mapping of settings, got nothing\n'],
    ['nothing but comments', '# later\n', 'belay.yaml:1:1: expected a mapping of settings, got nothing\n'],
    ['a tab', 'service: a\n\trelease: b\n', '     2 |   release: b\n       | ^\n'],
    ['lines of another system', 'service: a\r\nrelease: b\r\n', '     2 | release: b\n       |          ^\n'],
    ['an escape in a line', 'service: "\u001b[2J"\n', '     1 | service: "\\u001b[2J"\n       |          ^\n'],
  ] as const)('%s', async ([, text, said]) => {
    const { code, out } = await validated(text)
    expect({ code, out }).toEqual({ code: 2, out: expect.stringContaining(said) })
    expect(out).not.toMatch(/[\x00-\x08\x0b-\x1f]/)
  })

  test.for([
    ['missing', 'nowhere.yaml', 'nowhere.yaml: expected a configuration file, got none; name one with --config'],
    ['a directory', 'folder', 'folder: expected a configuration file, got a directory; name one with --config'],
    ['below a file', 'latin1.yaml/x', 'x: expected a configuration file, got none; name one with --config'],
    ['not UTF-8', 'latin1.yaml', 'latin1.yaml:2: expected UTF-8, got bytes that are not; save it as UTF-8'],
    ['UTF-16', 'utf16.yaml', 'utf16.yaml: expected UTF-8, got UTF-16; save it as UTF-8'],
  ] as const)('a file that is %s: exit 2 in a sentence', async ([, name, said]) => {
    await mkdir(join(directory, 'folder'))
    await writeFile(join(directory, 'latin1.yaml'), Buffer.from('service: a\n# caf\xe9\n', 'latin1'))
    await writeFile(join(directory, 'utf16.yaml'), Buffer.from('\ufeffservice: a\n', 'utf16le'))
    const { code, out, err } = await terminal.belay('validate', '--config', name)
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(said) })
  })
})

describe('in GitHub Actions each problem becomes an annotation', () => {
  test('with its place in the repository, on standard error: data stays data', async () => {
    await mkdir(join(directory, 'ops'))
    await writeFile(join(directory, 'ops', 'belay.yaml'), 'service: 50%\nenvironments: { a: { hosts: local } }\n')
    const inActions = terminalIn(join(directory, 'ops'), { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: directory })
    const { out, err } = await inActions.belay('validate', '--json')
    expect(JSON.parse(out)).toMatchObject({ schema: 1 })
    expect(err.split('\n')).toContain(
      '::error file=ops/belay.yaml,line=1,col=10,title=belay.yaml cannot work::service: expected a name of a-z, 0-9 and -, starting with a letter, at most 63 characters, got "50%25"',
    )
  })

  test('as many as are shown there, the last of which says how many more there are', async () => {
    await copyFile(new URL('mistaken.yaml.txt', fixtures), join(directory, 'belay.yaml'))
    const inActions = terminalIn(directory, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: directory })
    const { out, err } = await inActions.belay('validate')
    const annotations = err.split('\n').filter((line) => line.startsWith('::error '))
    expect(annotations).toHaveLength(10)
    expect(annotations.at(-1)).toBe(
      '::error file=belay.yaml,title=belay.yaml cannot work::and 9 more problems; the log has them all',
    )
    expect(out).toContain('     2 | service: Notes\n')
  })

  test('and nowhere else', async () => {
    expect((await validated('service: 5\n')).err).not.toContain('::')
  })
})

describe('every other command says it in the same way', () => {
  test('status, on standard error', async () => {
    await writeFile(join(directory, 'belay.yaml'), 'service: 5\n')
    const { code, out, err } = await terminal.belay('status', 'production')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('belay.yaml:1:10 service: expected a name')
    expect(err).toContain('     1 | service: 5\n       |          ^\n')
  })

  test('deploy of a commit whose file differs: the line is that of the commit, and it says so', async () => {
    const minimal = await readFile(new URL('minimal.yaml', fixtures), 'utf8')
    const wrong = minimal.replace('[local]', '[local], monitoring: { window: soon }')
    const commit = await committed(wrong)
    await writeFile(join(directory, 'belay.yaml'), `# one line more\n${minimal}`)
    const { code, err } = await terminal.belay('deploy', '1.0.0', '--env', 'production', '--by', 'ann')
    expect(code).toBe(2)
    expect(err).toContain(
      'monitoring.window: expected a duration like 10m, got "soon"\n    36 |   production: { hosts: [local], monitoring',
    )
    expect(err).toContain(
      `belay.yaml was read as of commit ${commit.slice(0, 12)}; the file in the working tree differs`,
    )
    expect(err).toContain('Next: commit it mended, and release that commit')
  })

  test('deploy of a commit with the same file says nothing about commits', async () => {
    const minimal = await readFile(new URL('minimal.yaml', fixtures), 'utf8')
    await committed(minimal)
    const { code, err } = await terminal.belay('deploy', '1.0.0', '--env', 'prodution', '--by', 'ann')
    expect({ code, err }).toEqual({
      code: 2,
      err: 'environment: expected one of production, got "prodution" (did you mean production?)\n',
    })
  })
})

async function validated(text: string) {
  await writeFile(join(directory, 'belay.yaml'), text)
  return terminal.belay('validate')
}

/** A repository with one commit, tagged v1.0.0. */
async function committed(configuration: string): Promise<string> {
  await writeFile(join(directory, 'belay.yaml'), configuration)
  const who = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com']
  for (const args of [
    ['init', '--quiet'],
    ['add', '.'],
    [...who, 'commit', '--quiet', '-m', 'one'],
    ['tag', 'v1.0.0'],
  ]) {
    await execa('git', args, { cwd: directory })
  }
  return (await execa('git', ['rev-parse', 'HEAD'], { cwd: directory })).stdout
}
