/** The workflow ID is the deploy lock: one open run per service and environment, deployment or rollback. */
export function workflowIdOf(service: string, environment: string): string {
  return `deploy:${service}:${environment}`
}

/** The service and environment that a workflow ID of ours is about. */
export function placeOf(workflowId: string): { service: string; environment: string } {
  const [, service = '', environment = ''] = workflowId.split(':')
  return { service, environment }
}

export const taskQueue = 'belay'
/** Watching has slots of its own, so that a rollback never queues behind it. */
export const watchTaskQueue = 'belay.watch'

export function hostTaskQueue(host: string): string {
  return `belay.host.${host}`
}

/** Checks that live on a host (log, process, marker, command, local http), in slots of their own. */
export function hostWatchTaskQueue(host: string): string {
  return `belay.host.${host}.watch`
}

/** null: a queue of the workers that belong to no host. */
export function hostOfQueue(queue: string): string | null {
  return /^belay\.host\.(.+?)(?:\.watch)?$/.exec(queue)?.[1] ?? null
}
