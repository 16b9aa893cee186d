import type { z } from 'zod'
import { writeFileAtomic } from '../../disk/atomic.ts'
import { saying } from '../client.ts'
import type { ProgramWorld } from '../orders.ts'

/**
 * Carries out one order in a process of its own: reads BELAY_ORDER and BELAY_TARGET_URL, writes what `work` answers to
 * BELAY_REPORT. Whatever is thrown becomes `failed`'s report, without secrets; the exit code says the same.
 */
export async function carryOut<Order, Report extends { failure: object | null }>(program: {
  order: z.ZodType<Order>
  work: (order: Order, world: ProgramWorld) => Promise<Report>
  failed: (message: string) => Report
}): Promise<void> {
  const { BELAY_ORDER, BELAY_TARGET_URL: url = '', BELAY_REPORT, ...environment } = process.env
  const report = await attempt(program, BELAY_ORDER ?? '', { url, environment })
  if (BELAY_REPORT) await writeFileAtomic(BELAY_REPORT, `${JSON.stringify(report)}\n`)
  if (report.failure) console.error(report.failure)
  process.exitCode = report.failure ? 1 : 0
}

async function attempt<Order, Report>(
  program: {
    order: z.ZodType<Order>
    work: (order: Order, world: ProgramWorld) => Promise<Report>
    failed: (message: string) => Report
  },
  order: string,
  world: ProgramWorld,
): Promise<Report> {
  try {
    return await program.work(program.order.parse(JSON.parse(order)), world)
  } catch (error) {
    return program.failed(saying(error, world.url))
  }
}
