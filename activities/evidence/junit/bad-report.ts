import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'

/** A report that cannot be read says neither yes nor no. */
export function badReport(path: string, expected: string, got: string): ApplicationFailure {
  const message = `report ${path}: expected ${expected}, got ${got}; next: mend what writes it, then deploy again`
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
