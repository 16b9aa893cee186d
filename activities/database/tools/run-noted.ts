import { endedWords } from '../../../src/domain/exit-words.ts'
import type { ToolRun } from './tool.ts'
import { type Running, runToolProcess } from './tool-process.ts'

/**
 * One migration by a process of its tool, noted before it begins: one that ended badly is told from one that was cut
 * off. `began`: the catalog it begins on (fingerprint). Throws, as `what`, where the process ends badly.
 */
export async function runNoted(
  run: ToolRun,
  { what, began, target = run }: { what: string; began: string; target?: Parameters<typeof runToolProcess>[0] },
  running: Running,
): Promise<void> {
  await run.note({ done: 0, began })
  const end = await runToolProcess(target, running)
  if (end.exitCode === 0) return
  await run.note(null)
  throw new Error(`${what} ${endedWords(end)}: ${end.tail}`)
}

/** Nobody here can tell what became of it. */
export function cutOff(name: string, why: 'something changed' | 'it runs outside a transaction'): Error {
  return new Error(`${name} was cut off in the middle, and ${why}: look at what it did and finish by hand`)
}
