import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingVariables } from '../../src/client/missing-variables.ts'
import { belay, placeOf } from '../init/place.ts'

test('variables that a host needs and that have no value are named once; one with a value is not', async () => {
  const place = await placeOf('compose')
  expect(await belay(place, 'init', '--yes')).toMatchObject({ code: 0 })
  const file = join(place, 'belay.yaml')
  expect(await missingVariables(file, 'local', {})).toEqual(['DATABASE_URL', 'MAIL_TOKEN'])
  expect(await missingVariables(file, 'local', { DATABASE_URL: '' })).toEqual(['MAIL_TOKEN'])
  expect(await missingVariables(file, 'app-1', {})).toEqual([])
})

test('no file, or one with problems, names none', async () => {
  const place = await placeOf('compose')
  const file = join(place, 'belay.yaml')
  expect(await missingVariables(file, 'local', {})).toEqual([])
  await writeFile(file, 'database: { url: "${env:DATABASE_URL}" }\n')
  expect(await readFile(file, 'utf8')).toContain('DATABASE_URL')
  expect(await missingVariables(file, 'local', {})).toEqual([])
})
