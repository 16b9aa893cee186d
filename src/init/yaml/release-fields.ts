import type { Answers } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import type { Field } from './field.ts'
import { processFields } from './process-fields.ts'

/** What is put on a host and run there. */
export function releaseFields(answers: Answers, detected: Detected): Field[] {
  const { build } = detected.program ?? { build: [] }
  const fields: Field[] = [
    { key: 'directory', value: answers.directory, note: 'releases/<version>, and current -> the live one' },
    ...(build.length > 0
      ? [{ key: 'build', value: build, note: 'in the new release, before anything live changes' }]
      : []),
    { key: 'processes', note: 'each runs in the directory of its release', fields: processFields(answers, detected) },
  ]
  return [{ key: 'release', gap: true, fields }]
}

export function databaseFields({ migrations, database }: Detected): Field[] {
  if (migrations?.by !== 'belay' || database?.kind !== 'postgres') return []
  const { tool, directory, table } = migrations
  const fields: Field[] = [
    { key: 'url', value: `\${env:${database.variable}}` },
    {
      key: 'migrations',
      value: { tool, directory, ...(table !== null && { table }), additive: 'none' },
      note: '`all`: the old release can live with every one of them',
    },
  ]
  return [{ key: 'database', gap: true, fields }]
}
