import { canonicalJson } from '../canonical-json.ts'
import type { Message } from '../message.ts'
import type { Plan } from '../plan.ts'
import { words } from '../reason.ts'
import type { Order } from './order.ts'
import type { Proof } from './proof.ts'

/** Keeps a signature for Belay from being one for anything else: `ssh-keygen -Y sign -n belay`. */
export const signatureNamespace = 'belay'

/** What a message is said to, as both sides know it. `askedAt`: since when the run waits for the answer; null: it does not. */
export type SaidTo = { service: string; environment: string; planDigest: string; askedAt: string | null }

/**
 * The text that is signed for a message: all of it but the proof, and where and when it is meant. Signer and verifier
 * make it with this function from what they know themselves, so that nothing of it can be altered on the way.
 */
export function messageStatement({ proof: _proof, ...message }: Message, to: SaidTo, at: string): string {
  const { service, environment, planDigest, askedAt } = to
  const asked = message.name === 'decide' ? askedAt : null
  return statement({ service, environment, plan: planDigest, asked, at, message })
}

/** What a plan is started as: a signature for a deployment does not start a drill. */
export type Starts = 'deploy' | 'drill' | 'rehearse'

/** What is signed to start it: its id, the plan's digest, who starts it as what, and what the digest leaves out. */
export function startStatement(plan: Plan, action: Starts, at: string): string {
  const { service, environment, deployment, digest, performer, claims } = plan
  return statement({ action, service, environment, deployment, plan: digest, by: performer, claims, at })
}

export type RollbackWish = { plan: Plan; to: string | null; only: string; by: string; reason: string }

/** What is signed to start a rollback. */
export function rollbackStatement({ plan, to, only, by, reason }: RollbackWish, at: string): string {
  const { service, environment, deployment, digest, performer } = plan
  const wish = { to, only, by, reason, performer }
  return statement({ action: 'rollback', service, environment, deployment, plan: digest, ...wish, at })
}

/** What is signed for what a person does to an environment beside its deployments. */
export function orderStatement(plan: Plan, order: Order, at: string): string {
  const { service, environment, deployment, digest } = plan
  return statement({ service, environment, deployment, plan: digest, at, order })
}

/** Another shape of statement gets another number: a signature of one protocol says nothing in the next. */
function statement(content: Readonly<Record<string, unknown>>): string {
  return canonicalJson({ belay: 1, ...content })
}

/** Long enough for a slow queue and clocks that differ; after it a signature that somebody kept is worth nothing. */
const longestAgeMs = 15 * 60_000
/** The signer's clock may be ahead of the server's. */
const longestAheadMs = 5 * 60_000

/** Why a proof of this time is worth nothing for what arrived at `arrivedMs`, or null. */
export function staleness({ at }: Proof, arrivedMs: number): string | null {
  const atMs = Date.parse(at)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(at) || !isSecond(at, atMs)) {
    return `expected the time of the signature as RFC 3339 in UTC, got ${JSON.stringify(at)}`
  }
  const ageMs = arrivedMs - atMs
  if (ageMs > longestAgeMs) {
    return `the signature is too old: made ${words(ageMs)} before it arrived, at most ${words(longestAgeMs)} are taken; sign again`
  }
  if (ageMs < -longestAheadMs) {
    return `the signature is from the future: ${words(-ageMs)} ahead, at most ${words(longestAheadMs)} are taken; set the clock of the machine that signs`
  }
  return null
}

/** 30 February is read as 2 March: the record would then show a time that nobody signed. */
function isSecond(at: string, atMs: number): boolean {
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, 19) === at.slice(0, 19)
}

/** Why nobody is believed without a signature here; what to type instead. */
export function unsigned(what: string, environment: string, command: string): string {
  return `unsigned ${what}: ${environment} demands names that are proven (identity: ssh); next: ${command}, with your SSH key`
}

/** The command that says the same with a signature. */
export function commandFor(message: Message, environment: string): string {
  switch (message.name) {
    case 'signOff':
      return `belay sign ${environment} ${message.item}`
    case 'reject':
      return `belay reject ${environment} ${message.item} --reason "..."`
    case 'abort':
      return `belay abort ${environment} --reason "..."`
    case 'rollback':
      return `belay rollback ${environment}`
    case 'extendWindow':
      return `belay extend ${environment} 10m --reason "..."`
    case 'decide':
      return `belay decide ${environment} ${message.answer} --reason "..."`
    case 'supersede':
      return `belay deploy ${message.version} --env ${environment} --supersede`
  }
}

/** In a run's memo: its own run id, once whoever started it was proven. */
export const provenMemo = 'performerProvenIn'
