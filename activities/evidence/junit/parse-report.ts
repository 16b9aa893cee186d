import { Worker } from 'node:worker_threads'
import type { TestReport } from '../../../src/domain/gate/test-report.ts'
import { ownProgram } from '../../disk/own-program.ts'
import { beating } from '../../git/beating.ts'
import { currentActivity } from '../../step/pulse.ts'
import { badReport } from './bad-report.ts'
import type { ReadReport } from './report-in.ts'

/**
 * What a report counts, read in a thread of its own: the worker's has other work meanwhile, and beats for it. Fails with
 * `Invalid` where the text is no report. Only reads; the thread ends with the answer or the activity.
 */
export async function parseReport(path: string, text: string, mostMegabytes = enoughMegabytes): Promise<TestReport> {
  const read = await beating(() => readAside(text, mostMegabytes))
  if ('report' in read) return read.report
  throw badReport(path, read.expected, read.got)
}

/** 20 MiB of nothing but empty elements take some 600; what takes more would be taken from the worker itself. */
const enoughMegabytes = 1024

async function readAside(text: string, mostMegabytes: number): Promise<ReadReport> {
  const resourceLimits = { maxOldGenerationSizeMb: mostMegabytes }
  const thread = new Worker(program, { workerData: text, execArgv: [], resourceLimits })
  const cancelled = currentActivity()?.cancelled
  try {
    const answer = answerOf(thread, mostMegabytes)
    return await (cancelled ? Promise.race([answer, cancelled]) : answer)
  } finally {
    await thread.terminate()
  }
}

const program = ownProgram(import.meta, './report-thread')

async function answerOf(thread: Worker, mostMegabytes: number): Promise<ReadReport> {
  return await new Promise((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('exit', () => reject(new Error('the thread that reads the report ended without an answer')))
    thread.once('error', (error) => {
      if (!isOutOfMemory(error)) return reject(error)
      resolve({ expected: `a report that fits into ${mostMegabytes} MB of memory`, got: 'one with more elements' })
    })
  })
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
