import type { AdoptedSchema, AdoptionSurvey, FoundProcess, HostSurvey } from '../../domain/adoption.ts'
import type { Plan } from '../../domain/plan.ts'

/** What a host shows, before anything is written. */
export function surveyLines(plan: Plan, found: AdoptionSurvey[number]): string[] {
  const { host, releaseDirectory, processes, configuration, marker, schema, warnings } = found
  return [
    `${host}: ${plan.release.version} (${plan.release.commit.slice(0, 12)}) in ${releaseDirectory}${revisionWords(found)}`,
    ...processes.map((one) => `  process        ${processLine(one)}`),
    ...configuration.map(
      ({ target, sha256 }) => `  configuration  ${target} ${sha256 ? sha256.slice(0, 12) : 'absent'}`,
    ),
    `  marker         ${marker ? `is there and stays: ${marker.version} by ${marker.deployed_by} at ${marker.timestamp}` : 'none; it will be written'}`,
    ...(schema ? schemaLines(schema) : []),
    ...warnings.map((line) => `  WARNING        ${line}`),
  ]
}

/** What an adoption wrote on a host. */
export function adoptedLine({ host, marker, ofRecord }: AdoptionSurvey[number]): string {
  if (ofRecord) return `${host}: processes noted anew; it was the version of record already`
  return `${host}: version of record; plan, configuration hashes and processes kept, marker ${marker ? 'as it was' : 'written'}`
}

/** What people must know before they trust it. */
export function promiseLines(plan: Plan): string[] {
  const kept = plan.layout.processes.filter((process) => process.run.by === 'keeper').map((process) => process.name)
  if (kept.length === 0) return []
  return [
    `The next deployment stops ${kept.join(', ')} for good; a rollback starts them by release.processes of belay.yaml: its command, its env.`,
    'How they were started by hand is not known to Belay, so try that command once.',
  ]
}

function schemaLines({ applied, pending }: AdoptedSchema): string[] {
  const names = applied.map((migration) => migration.name).join(', ') || 'none'
  const open = `in its directory, but not in the history table: ${pending.join(', ')}; the next deployment applies them`
  return [`  migrations     applied: ${names}`, ...(pending.length > 0 ? [`  WARNING        ${open}`] : [])]
}

function revisionWords({ revision }: HostSurvey): string {
  return revision ? `, which ${revision.by} says too` : ''
}

function processLine({ process, pid, command, startedAt, directory, parent, by }: FoundProcess): string {
  const who = by === 'keeper' ? (parent ? `, started by ${parent.command} (${parent.pid})` : '') : `, run by ${by}`
  return `${process}: pid ${pid} ${command} since ${startedAt} in ${directory ?? 'an unknown directory'}${who}`
}
