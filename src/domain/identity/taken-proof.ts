import type { Message } from '../message.ts'
import { oneLine } from '../one-line.ts'

/** A signature that a run took, in short: who has proven to have said what, with which key, and when. */
export type TakenProof = {
  /** From 1, in the order in which the run took them. */
  seq: number
  /** `start`, or the message's name. */
  action: 'start' | Message['name']
  /** What the action is about: `deploy`, `drill`, `rollback`; an item; `question: answer`; a version. null: the run itself. */
  about: string | null
  /** The principal, as it was signed. */
  by: string
  /** The key's fingerprint, `SHA256:...`; null: the worker of an earlier version did not say. */
  key: string | null
  /** The time in what was signed, by the signer's clock. RFC 3339, UTC, as is the next. */
  signedAt: string
  /** When the run took it, by the server's clock: the item or event that it proves has the same time. */
  takenAt: string
}

/**
 * The same with the text and the signature. `ssh-keygen -Y verify` answers for it alone, for as long as somebody knows whose key it was: `statement`
 * is the exact text that was signed (see `identity.ts`), with no newline behind it, `signature` the armored SSHSIG.
 */
export type KeptProof = TakenProof & { statement: string; signature: string }

/** A proof that no run has taken yet: without its number and its time. */
export type NewProof = Omit<KeptProof, 'seq' | 'takenAt'>

/** What a message is about, as it is recorded. */
export function aboutOf(message: Message): string | null {
  switch (message.name) {
    case 'signOff':
    case 'reject':
      return oneLine(message.item)
    case 'decide':
      return `${oneLine(message.question)}: ${message.answer}`
    case 'supersede':
      return oneLine(message.version)
    case 'abort':
    case 'rollback':
    case 'extendWindow':
      return null
  }
}

/** `signOff pre.code_reviewed` */
export function proofWords({ action, about }: Pick<TakenProof, 'action' | 'about'>): string {
  return about === null ? action : `${action} ${about}`
}

/** `ann@example.com (SHA256:...)` */
export function withKey(name: string, proof: Pick<TakenProof, 'key'> | undefined): string {
  return proof?.key ? `${name} (${proof.key})` : name
}
