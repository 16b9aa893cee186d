import { exitWith } from './exit.ts'
import { createProgram } from './program/program.ts'
import { shellFrom } from './shell/shell.ts'

/** Reads the command line, runs one command, and answers with its exit code; whatever goes wrong is said in words. */
export async function main(process: NodeJS.Process): Promise<number> {
  const shell = shellFrom(process)
  const ended = { code: 0 }
  try {
    await createProgram(shell, (code) => {
      ended.code = code
    }).parseAsync(process.argv)
    return ended.code
  } catch (error) {
    return await exitWith(shell, error)
  }
}
