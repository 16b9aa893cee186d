import { hostname } from 'node:os'
import { connect } from '../../client/client.ts'
import { requireOwnWorker } from '../../client/workers.ts'
import { runWorker } from '../../worker/run-worker.ts'
import { type WorkerSettings, workerSettings } from '../../worker/settings.ts'
import { exitCodes } from '../exit.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** Serves until SIGTERM or Ctrl-C, then drains. Without a database it is only the agent of its hosts. */
export async function worker(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const environment = {
    ...shell.environment,
    ...listed('BELAY_HOSTS', options.host),
    ...listed('BELAY_LEAVE', options.leave),
    ...(typeof options.reason === 'string' && { BELAY_LEAVE_REASON: options.reason }),
    ...(typeof options.metrics === 'string' && { BELAY_METRICS_ADDRESS: options.metrics }),
    ...(!shell.environment.BELAY_DATABASE_URL && { BELAY_AGENT_ONLY: '1' }),
  }
  const settings = workerSettings(environment, shell.directory)
  if (options.check === true) return await checkOwn(shell, settings)
  await runWorker(settings, { environment, print: shell.print, stopped: shell.interrupted() })
  return exitCodes.done
}

/** For health checks of containers and supervisors: does the worker of this machine poll? Starts nothing. */
async function checkOwn(shell: Shell, { hosts, agentOnly }: WorkerSettings): Promise<number> {
  const belay = await connect(shell.environment)
  try {
    const machine = hostname()
    await requireOwnWorker(belay, { machine, central: !agentOnly, hosts })
    shell.print(`the worker of ${machine} polls`)
    return exitCodes.done
  } finally {
    await belay.close()
  }
}

/** What was named on the command line stands in for the variable. */
function listed(variable: string, given: unknown): Record<string, string> {
  return Array.isArray(given) && given.length > 0 ? { [variable]: given.join(',') } : {}
}
