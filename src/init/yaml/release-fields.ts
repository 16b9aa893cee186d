import type { Answers, Run } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import type { Field } from './field.ts'
import { applicationOf, processNamesOf } from './process-names.ts'

/** What is put on a host and run there. */
export function releaseFields(answers: Answers, detected: Detected): Field[] {
  const { build } = detected.program ?? { build: [] }
  const fields: Field[] = [
    {
      key: 'directory',
      value: answers.directory,
      beside: 'on the host: releases/<version>, and current -> the live one',
    },
    ...(build.length > 0
      ? [{ key: 'build', value: build, beside: 'in the new release, before anything live changes' }]
      : []),
    { key: 'processes', beside: 'each runs in the directory of its release', fields: processFields(answers, detected) },
  ]
  return [{ key: 'release', gap: true, fields }]
}

function processFields(answers: Answers, detected: Detected): Field[] {
  const { variables } = detected
  const environment = variables && variables.names.length > 0 ? environmentOf(variables) : null
  const fieldsOf = (run: Run, worker: boolean): Field[] => [
    ...runFields(run, answers.directory),
    ...(worker ? [{ key: 'role', value: 'worker' }] : []),
    ...('start' in run && environment !== null ? [environment] : []),
  ]
  return [
    { key: applicationOf, fields: fieldsOf(answers.run, false) },
    ...processNamesOf(detected).map(({ name, run, worker }): Field => ({ key: name, fields: fieldsOf(run, worker) })),
  ]
}

function runFields(run: Run, directory: string): Field[] {
  if ('start' in run) return [{ key: 'start', value: run.start }]
  return [{ key: 'systemd', value: run.systemd, beside: `the unit must start from ${directory}/current` }]
}

/** Of its agent's environment a process gets nothing but what is named. */
function environmentOf({ names, port, from }: NonNullable<Detected['variables']>): Field {
  const value = (name: string): string => {
    if (name === 'PORT' && port !== null) return String(port)
    return name === 'NODE_ENV' ? 'production' : `\${env:${name}}`
  }
  const rest = names.length - mostVariables
  const more = rest > 0 ? `; ${rest} more stand there` : ''
  return {
    key: 'env',
    beside: `named in ${from}${more}; a reference is looked up in the environment of the host's agent`,
    fields: names.slice(0, mostVariables).map((name) => ({ key: name, value: value(name) })),
  }
}

/** More would bury the rest of the file. */
export const mostVariables = 10

export function databaseFields({ migrations, database }: Detected): Field[] {
  if (migrations?.by !== 'belay' || database === null) return []
  const { tool, directory } = migrations
  const fields: Field[] = [
    { key: 'url', value: `\${env:${database.variable}}` },
    {
      key: 'migrations',
      value: { tool, directory, additive: 'none' },
      beside: '`additive: all` once the old release can live with every new schema',
    },
    { key: 'on_rollback', value: 'revert_if_lossless', beside: 'the schema stays where going back would lose a value' },
  ]
  return [{ key: 'database', gap: true, fields }]
}
