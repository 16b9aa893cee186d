import type { HostOrder } from '../../src/domain/host.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { type EnvironmentVariables, resolveReferences } from '../../src/domain/reference.ts'
import { inheritedEnvironment } from './inherited.ts'

/** What every process that Belay starts carries in its environment, its children too: by it they are found again. */
export const marks = {
  /** `<service>/<environment>/<deployment>` */
  owner: 'BELAY_PROCESS',
  name: 'BELAY_PROCESS_NAME',
  /** Absolute and real. */
  releaseDirectory: 'BELAY_RELEASE_DIRECTORY',
  /** One start of one process. */
  start: 'BELAY_START',
} as const

export function ownerPrefix({ service, environment }: HostOrder): string {
  return `${service}/${environment}/`
}

/**
 * The whole environment of a service's program: what any login has, what was asked for, and Belay's marks. Throws
 * `MissingReference` for a `${env:NAME}` that leads nowhere.
 */
export function serviceEnvironment(start: {
  order: HostOrder
  process: ServiceProcess
  releaseDirectory: string
  env: Readonly<Record<string, string>>
  environment: EnvironmentVariables
}): Record<string, string> {
  const { order, process, releaseDirectory, env, environment } = start
  const own = process.run.by === 'keeper' ? process.run.env : {}
  const asked = Object.entries({ ...env, ...own }).map(([name, value]) => [name, resolveReferences(value, environment)])
  return {
    ...inheritedEnvironment(environment),
    ...Object.fromEntries(asked),
    ...marksOf(order, process.name, releaseDirectory),
  }
}

export function marksOf(order: HostOrder, process: string, releaseDirectory: string): Record<string, string> {
  return {
    BELAY_SERVICE: order.service,
    BELAY_ENVIRONMENT: order.environment,
    BELAY_DEPLOYMENT: order.deployment,
    [marks.owner]: `${ownerPrefix(order)}${order.deployment}`,
    [marks.name]: process,
    [marks.releaseDirectory]: releaseDirectory,
  }
}
