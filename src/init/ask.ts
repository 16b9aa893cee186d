import { isCancel, text } from '@clack/prompts'
import type { Ask } from './questions.ts'

/** At the terminal, on standard error: standard output is for what was made. */
export const askAtTerminal: Ask = async ({ message, initial, problemWith }) => {
  const answer = await text({
    message,
    output: process.stderr,
    ...(initial !== null && { initialValue: initial }),
    validate: (given) => problemWith(given ?? '') ?? undefined,
  })
  return isCancel(answer) ? null : answer
}
