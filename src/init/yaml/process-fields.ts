import type { Answers, Run } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import type { Field } from './field.ts'
import { applicationOf } from './process-names.ts'

/** The application as it was answered, and what was found beside it. */
export function processFields(answers: Answers, { processes, variables }: Detected): Field[] {
  const all = [{ name: applicationOf, run: answers.run, worker: false }, ...processes.others]
  const firstStarted = all.find(({ run }) => 'start' in run)
  return all.map((one): Field => {
    const { name, run, worker } = one
    const fields: Field[] = [runField(run, answers.directory), ...(worker ? [{ key: 'role', value: 'worker' }] : [])]
    if ('start' in run && variables !== null && variables.names.length > 0) {
      fields.push(one === firstStarted ? environmentOf(variables) : { key: 'env', sameAs: shared })
    }
    return { key: name, fields }
  })
}

const shared = 'environment'

function runField(run: Run, directory: string): Field {
  if ('start' in run) return { key: 'start', value: run.start }
  return { key: 'systemd', value: run.systemd, note: `the unit must start from ${directory}/current` }
}

/** Of its agent's environment a process gets nothing but what is named. */
function environmentOf({ names, port, from }: NonNullable<Detected['variables']>): Field {
  const value = (name: string): string => {
    if (name === 'PORT' && port !== null) return String(port)
    return name === 'NODE_ENV' ? 'production' : `\${env:${name}}`
  }
  const rest = names.length - mostVariables
  return {
    key: 'env',
    name: shared,
    note: `named in ${from}${rest > 0 ? `, ${rest} more stand there` : ''}; values come from the agent's environment`,
    fields: names.slice(0, mostVariables).map((name) => ({ key: name, value: value(name) })),
  }
}

/** More would bury the rest of the file. */
export const mostVariables = 8
