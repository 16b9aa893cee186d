import { ApplicationFailure } from '@temporalio/common'
import { type FailureType, failureTypes } from '../../src/domain/failure.ts'

/** Asks the history; what Postgres says becomes a failure that tells whether repeating can help. */
export async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error
    throw failureOf(error)
  }
}

export function invalid(message: string, type: FailureType = failureTypes.invalid): ApplicationFailure {
  return ApplicationFailure.create({ type, nonRetryable: true, message })
}

/** Classes 22 (data) and 23 (constraints) are about the request; everything else may be over in a moment. */
function failureOf(error: unknown): ApplicationFailure {
  const code = codeOf(error)
  if (/^2[23]/.test(code ?? '')) return invalid(`history: expected rows that fit together, got: ${wordsOf(error)}`)
  const next = 'start Postgres, or correct BELAY_DATABASE_URL'
  const message = `history database: expected an answer, got ${code ?? 'no code'} (${wordsOf(error)}); next: ${next}`
  return ApplicationFailure.create({ type: failureTypes.historyAway, nonRetryable: false, message })
}

/** An error of several addresses tried (localhost: IPv6, IPv4) has its codes one level down and no message. */
function codeOf(error: unknown): string | null {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return null
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0])
  return error instanceof Error ? error.message.slice(0, 300) : 'something that is no error'
}
