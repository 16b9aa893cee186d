import { execFile } from 'node:child_process'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { plainTail } from '../step/plain-text.ts'
import { inheritedEnvironment, secretsIn } from './inherited.ts'

export type CommandAnswer = { exitCode: number; stdout: string; stderr: string }

/**
 * Asks a program something that takes a moment and may be asked again. Throws `CommandFailed` when it cannot be
 * started, prints more than 1 MB, or takes longer than `timeoutMs`.
 */
export async function askCommand(
  command: readonly string[],
  options: { cwd: string; environment: EnvironmentVariables; timeoutMs: number },
): Promise<CommandAnswer> {
  const [program = '', ...args] = command
  const { cwd, timeoutMs } = options
  const env = inheritedEnvironment(options.environment)
  const secrets = secretsIn(options.environment, [])
  return await new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1_000_000 } as const
    execFile(program, args, { cwd, env, ...limits }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code
      if (typeof exitCode === 'number') {
        return resolve({ exitCode, stdout, stderr: plainTail(Buffer.from(stderr), 2_000, secrets) })
      }
      const why = error?.killed
        ? `an answer within ${timeoutMs} ms, got none`
        : `it to run, got ${error?.code ?? 'nothing'}`
      reject(commandFailed(`${program}: expected ${why}`, ''))
    })
  })
}

/** `tail`: the end of what it printed, already clean. */
export function commandFailed(message: string, tail: string): ApplicationFailure {
  const text = tail === '' ? message : `${message}\n${tail}`
  return ApplicationFailure.create({
    type: failureTypes.commandFailed,
    nonRetryable: true,
    message: text,
    details: [{ tail }],
  })
}
