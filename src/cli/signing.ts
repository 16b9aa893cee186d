import type { Signing } from '../client/sign/signer.ts'
import { sshSigner } from '../client/sign/ssh-signer.ts'
import { nameWords } from '../domain/item-words.ts'
import type { Plan } from '../domain/plan.ts'
import { text } from './given.ts'
import type { Options } from './program/command.ts'
import type { Shell } from './shell/shell.ts'

/** The person's SSH key, looked for only where something has to be signed. */
export function signingOf({ environment, directory, now }: Shell, options: Options): Signing {
  return { signer: sshSigner({ key: text(options.key), environment, directory }), now }
}

/** Of somebody whose order was taken: where names are proven, theirs was. */
export function nameOf(plan: Plan, by: string): string {
  return nameWords(by, plan.identity === 'ssh')
}
