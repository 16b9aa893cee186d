import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configurationJsonSchema } from '../../src/config/json-schema.ts'
import { modeline, schemaFile } from '../../src/config/modeline.ts'

const validate = new Ajv({ strict: false, allErrors: true }).compile(configurationJsonSchema())
const minimal = read('fixtures/minimal.yaml')

describe('editors get a draft-07 schema', () => {
  test('with a name, an id and the words of the documentation', () => {
    const schema = configurationJsonSchema()
    expect(Object.keys(schema).slice(0, 3)).toEqual(['$schema', '$id', 'title'])
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(JSON.stringify(schema)).not.toContain('$defs')
    expect(schema).toMatchObject({
      properties: {
        monitoring: { properties: { window: { default: '10m', description: expect.stringContaining('watched') } } },
        release: { properties: { directory: { examples: ['/srv/vpn-shop'] } } },
      },
    })
  })

  test('which the first line of a file names', () => {
    expect(modeline).toBe(`# yaml-language-server: $schema=./node_modules/belay/${schemaFile}`)
    expect(problemsOf(`${modeline}\n${minimal}`)).toEqual([])
  })
})

describe('it takes what Belay takes', () => {
  test.each(['fixtures/minimal.yaml', 'fixtures/full.yaml', '../../examples/vpn-shop/belay.yaml'])('%s', (path) => {
    expect(problemsOf(read(path))).toEqual([])
  })

  test.each([
    [
      'an environment that adds what the defaults lack',
      '[local], release: { directory: /srv/a }',
      'directory: /srv/notes',
      'keep: 3',
    ],
    ['null, which takes a default away', '[local], release: { keep: null }, checks: { health: null }, log: null'],
    ['an environment with half a check', '[local], checks: { health: { status: 204 } }'],
    ['data in which null stays null', '[local], checks: { health: { json: { error: null, list: [1] } } }'],
    ['answers of another kind', '[local], review: { checklist: { tests_passing: { sign_off: true } } }'],
  ])('%s', (_, own, from = 'notes', to = 'notes') => {
    expect(problemsOf(minimal.replace('[local]', own).replace(from, to))).toEqual([])
  })
})

describe('it refuses what is plainly wrong', () => {
  test.each([
    ['an unknown key at the top', 'service: notes', 'service: notes\nservers: [a]', '', 'additionalProperties'],
    ['an unknown key below', 'directory:', 'direktory:', '/release', 'additionalProperties'],
    ['an unknown key of a check', 'http:', 'url:', '/checks/health', 'additionalProperties'],
    [
      'an unknown key of an environment',
      '[local]',
      '[local], widnow: 5m',
      '/environments/production',
      'additionalProperties',
    ],
    ['a shell string', '[node, server.js]', 'node server.js', '/release/processes/web/start', 'type'],
    [
      'a number as duration',
      '[local]',
      '[local], monitoring: { window: 10 }',
      '/environments/production/monitoring/window',
      'type',
    ],
    [
      'a duration in words',
      'checks:\n',
      'monitoring: { window: 10 minutes }\nchecks:\n',
      '/monitoring/window',
      'pattern',
    ],
    ['one host', '[local]', 'local', '/environments/production/hosts', 'type'],
    ['a word nobody knows', 'checks:\n', 'release2: {}\nchecks:\n', '', 'additionalProperties'],
    ['yes', '{ sign_off: true }', '{ sign_off: "yes" }', '/review/checklist/code_reviewed/sign_off', 'type'],
    ['a choice that is none', 'directory: /srv/notes', 'directory: /srv/notes\n  mode: copy', '/release/mode', 'enum'],
    ['an environment in capitals', 'production:', 'Production:', '/environments', 'pattern'],
    ['null where nothing is below it', 'directory: /srv/notes', 'directory: null', '/release/directory', 'type'],
    ['no environments', 'environments:\n  production: { hosts: [local] }\n', '', '', 'required'],
    ['no service', 'service: notes\n', '', '', 'required'],
  ])('%s', (_, find, replacement, place, keyword) => {
    const text = minimal.replace(find, () => replacement)
    expect(text).not.toBe(minimal)
    expect(problemsOf(text)).toContainEqual([place, keyword])
  })
})

function problemsOf(text: string): [string, string][] {
  validate(parse(text))
  return (validate.errors ?? []).map((error) => [error.instancePath, error.keyword])
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
