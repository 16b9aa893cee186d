import type { Dossier } from '../dossier/dossier.ts'
import { proofWords } from '../identity/taken-proof.ts'
import { when } from '../item-words.ts'
import { foreign, table } from './foreign.ts'

/** Everything that was signed with a key; nothing where names are only claimed. */
export function signatures({ proofs, deployment }: Dossier): string[] {
  if (proofs.length === 0) return []
  const rows = proofs.map((proof) => [
    when(proof.takenAt),
    foreign(proof.by),
    foreign(proof.key ?? 'not known here'),
    foreign(proofWords(proof)),
  ])
  return [
    '## Signatures',
    table(['Taken', 'Signed by', 'Key', 'What'], rows),
    `Each whole, with the text that was signed: \`belay history ${foreign(deployment)} --json\`; \`ssh-keygen -Y verify\` answers for it alone.`,
  ]
}
