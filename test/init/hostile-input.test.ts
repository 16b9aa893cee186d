import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { belayHere, emptyRepository, written } from './place.ts'

describe('a flag', () => {
  test.for<[string, string[], string]>([
    [
      'a shell line',
      ['--start', 'node a.js && node b.js'],
      "--start: expected a program and its arguments, got a shell's &",
    ],
    ['a substitution', ['--start', 'node $(id)'], "got a shell's $"],
    ['an open quote', ['--start', 'node "a'], `got a shell's "`],
    ['a variable first', ['--start', 'PORT=3 node a.js'], 'got the variable PORT'],
    ['an option first', ['--start', '--version'], 'got an option'],
    [
      'two ways to start',
      ['--start', 'node a.js', '--systemd', 'a.service'],
      'expected --start or --systemd, got both',
    ],
    ['a unit that is none', ['--systemd', 'rm -rf'], '--systemd: expected a systemd unit'],
    ['a name with a space', ['--service', 'My App'], '--service: expected a name of a-z'],
    ['a password', ['--health', 'http://ann:hunter2@localhost/'], '--health: expected an address'],
    ['a relative directory', ['--directory', 'srv/x'], '--directory: expected an absolute path'],
    ['a way up', ['--directory', '/srv/../etc'], 'without ".."'],
  ])('%s is refused with words, and nothing is written', async ([, flags, said]) => {
    const place = await emptyRepository()
    const usual = ['--service', 'odd', '--start', 'node a.js', '--health', 'none'].filter(
      (_, index, all) =>
        !flags.includes(all[index - (index % 2)] ?? '') && !(flags[0] === '--systemd' && index >> 1 === 1),
    )
    const { code, err } = await belayHere(place, 'init', ...usual, ...flags)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(said) })
    expect(err).not.toContain('hunter2')
    expect(await readdir(place)).toEqual(['.git'])
  })
})

describe('a hostile package.json', () => {
  const escapes = '\u001b[31m\u202e'
  test.for<[string, string]>([
    [
      'a name of spaces and other letters',
      JSON.stringify({ name: '@Ünïted/My  App!', scripts: { start: 'node a.js' } }),
    ],
    [
      'a name with new lines',
      JSON.stringify({ name: 'a\nservice: evil\n', scripts: { start: 'node a.js\nrm -rf /' } }),
    ],
    [
      'a name with escapes',
      JSON.stringify({ name: `x${escapes}`, version: `1.0.0${escapes}`, scripts: { start: `node ${escapes}` } }),
    ],
    ['a reference', JSON.stringify({ name: '${env:HOME}', scripts: { start: 'node ${env:HOME}.js', test: '$(id)' } })],
    [
      'YAML in a script',
      JSON.stringify({ name: 'x', scripts: { start: "node 'a: [b, {c}] # d' '- e' '&f' '*g' '!h' '? i' '|'" } }),
    ],
    ['a huge script', JSON.stringify({ name: 'x', scripts: { start: `node ${'a'.repeat(200_000)}` } })],
    ['a huge name', JSON.stringify({ name: 'n'.repeat(100_000), scripts: { start: 'node a.js' } })],
    ['a byte order mark', `\ufeff${JSON.stringify({ name: 'marked', scripts: { start: 'node a.js' } })}`],
    [
      'the wrong types',
      JSON.stringify({ name: 7, version: {}, scripts: ['start'], dependencies: 'pg', devDependencies: null }),
    ],
    ['a prototype', '{"name":"x","__proto__":{"start":"evil"},"scripts":{"__proto__":"x","start":"node a.js"}}'],
    ['broken JSON', '{ "name": "x", '],
    ['a list', '[1, 2]'],
    ['nothing', ''],
  ])('with %s still becomes a valid file', async ([, text]) => {
    const place = await emptyRepository()
    await writeFile(join(place, 'package.json'), text)
    const needed = text.includes('start"') && !text.includes('["start"]') ? [] : ['--start', 'node a.js']
    const { code, out, err } = await belayHere(place, 'init', '--yes', '--health', 'localhost:80', ...needed)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).not.toMatch(/[\x00-\x08\x0b-\x1f\u202e]/)
    const loaded = loadConfiguration(await written(place), 'belay.yaml')
    expect(loaded).toMatchObject({ ok: true })
    expect(loaded.ok && loaded.configuration.service).not.toBe('evil')
  })
})
