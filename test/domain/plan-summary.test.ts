import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { summarizePlan } from '../../src/domain/plan-summary.ts'
import { planOf } from '../examples/plan.ts'

test('a plan in short names everything that is done, asked, needed and left out', async () => {
  const text = await readFile(fileURLToPath(new URL('../config/fixtures/full.yaml', import.meta.url)), 'utf8')
  const lines = summarizePlan(planOf(text, 'staging'))
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/full.staging.summary.txt')
  expect(lines.at(-1)).toContain('IGNORED     safety short_window')
})
