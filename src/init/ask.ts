import { isCancel, text } from '@clack/prompts'
import type { Ask } from './questions.ts'

/** At the terminal, on standard error: standard output is for what was made. */
export const askAtTerminal: Ask = async ({ message, initial, problemWith }) => {
  const answer = await text({
    message,
    output: process.stderr,
    // Shown, taken with Enter, and gone with the first key: what is typed never stands behind a guess.
    ...(initial !== null && { placeholder: initial, defaultValue: initial }),
    validate: (given) => problemWith(given || (initial ?? '')) ?? undefined,
  })
  return isCancel(answer) ? null : answer
}
