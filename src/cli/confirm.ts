import { createInterface } from 'node:readline/promises'
import { Usage } from '../client/errors.ts'
import { shown } from '../domain/version.ts'

/** Nobody types an environment's name by accident. Throws {@link Usage} when something else was typed. */
export async function requireConfirmation(environment: string, question: string): Promise<void> {
  const input = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await input.question(`${question} Type the environment's name: `)
  input.close()
  if (answer.trim() === environment) return
  throw new Usage(`expected ${environment}, got ${shown(answer.trim())}; nothing was changed`)
}
