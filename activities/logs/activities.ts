import { setTimeout as pause } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { LogCursor, LogList, LogPiece } from '../../src/domain/log/piece.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { secretsIn } from '../process/inherited.ts'
import { currentActivity, pulse, stopIfCancelled } from '../step/pulse.ts'
import { readPiece } from './read-piece.ts'
import { type Asked, describeSource, type Source, sourcesOf } from './sources.ts'

export type LogRequest = Asked & {
  /** A step of the deployment, or a process of the service: never a path. */
  name: string
  cursor: LogCursor | null
  lines: number
  /** How long to wait for something new; 0: answer with what is there. */
  waitMs: number
}

/**
 * What steps and processes print, read where it is written; `root` is where the steps are. All of these only look: done
 * twice they read twice.
 */
export function createLogActivities(given: { host: string | null; root: string; environment: EnvironmentVariables }) {
  let waiting = 0

  return {
    /** The names that can be read here, with how much there is of each. */
    async listLogs(asked: Asked): Promise<LogList> {
      const sources = await sourcesOf(given.root, checked(asked))
      return { host: given.host, logs: await Promise.all(sources.map(describeSource)) }
    },

    /**
     * The next piece of a log. Waits at most `waitMs` where nothing is new, and returns as soon as something is; where
     * many wait already it does not. Throws `Invalid` for a name that no plan and no step knows.
     */
    async readLog(request: LogRequest): Promise<LogPiece> {
      const until = performance.now() + (waiting < mostWaiting ? Math.min(request.waitMs, longestWaitMs) : 0)
      waiting++
      try {
        return await untilNew(await sourceOf(request), request, until)
      } finally {
        waiting--
      }
    },
  }

  async function sourceOf(request: LogRequest): Promise<Source> {
    const sources = await sourcesOf(given.root, checked(request))
    const found = sources.find((source) => source.name === request.name)
    if (found) return found
    const known = sources.map((source) => source.name).join(', ') || 'nothing'
    const message = `${given.host ?? 'worker'}: expected a step or a process, one of: ${known}; got ${JSON.stringify(request.name.slice(0, 60))}`
    throw invalid(message)
  }

  function checked(asked: Asked): Asked {
    const asks = asked.order?.host ?? null
    if (asks !== given.host)
      throw invalid(`expected to be asked as ${given.host}, was asked as ${asks}; check the task queues`)
    if (asked.order && !asked.order.directory.startsWith('/'))
      throw invalid(`expected an absolute directory, got ${asked.order.directory}`)
    return asked
  }

  async function untilNew(source: Source, { cursor, lines, waitMs }: LogRequest, until: number): Promise<LogPiece> {
    const secrets = secretsIn(
      given.environment,
      source.variables.flatMap((name) => given.environment[name] ?? []),
    )
    for (;;) {
      // Looked at before the files: what was written last is read once more after the end.
      const ended = source.ended()
      const unfinished = waitMs === 0 || ended
      const piece = await readPiece({ files: source.files, cursor, lines, secrets, unfinished })
      const isNew = piece.text !== '' || piece.note !== null || piece.more || (cursor === null && piece.cursor !== null)
      if (isNew || ended || performance.now() >= until) return { ...piece, ended: ended && !piece.more }
      pulse()
      await stopIfCancelled(currentActivity(), async () => undefined)
      await pause(lookEveryMs)
    }
  }
}

/** One look is a few stats of files: it slows nothing, and feels live. */
const lookEveryMs = 250
const longestWaitMs = 30_000
/** Of the hundred slots that watching has on a host: readers must never take them all. */
const mostWaiting = 20

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
