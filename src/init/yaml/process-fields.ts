import type { Answers, Run } from '../answers.ts'
import type { Detected } from '../detect/detect.ts'
import type { Field } from './field.ts'
import { applicationOf } from './process-names.ts'

/** The application as it was answered, and what was found beside it. */
export function processFields(answers: Answers, detected: Detected): Field[] {
  const all = [{ name: applicationOf, run: answers.run, worker: false }, ...detected.processes.others]
  const environment = environmentOf(detected)
  const firstStarted = all.find(({ run }) => 'start' in run)
  return all.map((one): Field => {
    const { name, run, worker } = one
    const fields: Field[] = [runField(run, answers.directory), ...(worker ? [{ key: 'role', value: 'worker' }] : [])]
    if ('start' in run && environment !== null) {
      fields.push(one === firstStarted ? environment : { key: 'env', sameAs: shared })
    }
    return { key: name, fields }
  })
}

const shared = 'environment'

function runField(run: Run, directory: string): Field {
  if ('start' in run) return { key: 'start', value: run.start }
  return { key: 'systemd', value: run.systemd, note: `the unit must start from ${directory}/current` }
}

/** Of its agent's environment a process gets nothing but what is named; null: nothing speaks for a name. */
function environmentOf({ variables, database }: Detected): Field | null {
  const found = variables?.names.slice(0, mostVariables) ?? []
  const asked = database?.kind === 'postgres' && !found.includes(database.variable) ? [database.variable] : []
  const names = [...asked, ...found]
  if (names.length === 0) return null
  const value = (name: string): string => {
    const port = variables?.port ?? null
    if (name === 'PORT' && port !== null) return String(port)
    return name === 'NODE_ENV' ? 'production' : `\${env:${name}}`
  }
  const note = variables === null || found.length === 0 ? unnamed : namedIn(variables)
  return { key: 'env', name: shared, note, fields: names.map((name) => ({ key: name, value: value(name) })) }
}

const unnamed =
  "all that it gets of its own: values come from the agent's environment, and nothing else of that is passed on"

function namedIn({ names, from }: NonNullable<Detected['variables']>): string {
  const rest = names.length - mostVariables
  return `named in ${from}${rest > 0 ? `, ${rest} more stand there` : ''}; values come from the agent's environment`
}

/** More would bury the rest of the file. */
export const mostVariables = 8
