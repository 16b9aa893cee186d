import type { Answers } from './answers.ts'
import type { Detected } from './detect/detect.ts'
import { lacksHealthCheck } from './yaml/check-fields.ts'
import { mostVariables } from './yaml/process-fields.ts'

/** What somebody must know before the first deployment, because the file alone cannot make it right. */
export function warningsFor(answers: Answers, detected: Detected): string[] {
  const { health, run } = answers
  const rest = Math.max(0, (detected.variables?.names.length ?? 0) - mostVariables)
  return [
    ...(lacksHealthCheck(answers, detected)
      ? ['no health check: told and recorded with every deployment (no_health_check)']
      : []),
    ...(health !== 'none' && 'tcp' in health
      ? [`health is only that ${health.tcp} accepts connections; an address that answers 200 says more`]
      : []),
    ...[run, ...detected.processes.others.map((one) => one.run)].flatMap((one) =>
      'systemd' in one ? unitWarnings(one.systemd, answers, detected) : [],
    ),
    ...(rest > 0 && 'start' in run
      ? [`${rest} more variables of ${detected.variables?.from} are not in the file: add those it needs`]
      : []),
  ]
}

function unitWarnings(unit: string, { directory }: Answers, { processes }: Detected): string[] {
  const found = [processes.main, ...processes.others].find(
    (one) => one !== null && 'systemd' in one.run && one.run.systemd === unit,
  )
  if (found?.place?.includes(`${directory}/current`)) return []
  const got = found?.place ? `it starts from: ${found.place}` : 'its file was not found in the repository'
  return [`${unit} must start from ${directory}/current, else the old release keeps running (${got})`]
}
