import type { NamedProcess } from '../adoption.ts'
import type { FreezeOrder } from '../gate/freeze.ts'
import type { EnvironmentLock } from '../host.ts'
import type { RestoredSurvey } from '../migration/restored.ts'
import { adoptCommand } from '../next-command.ts'
import type { Plan } from '../plan.ts'
import type { KeptProof } from './taken-proof.ts'

/** What a person does to an environment beside its deployments; where names are proven, all of it is signed. */
export type Order = { by: string } & (
  | { action: 'lock'; lock: EnvironmentLock }
  | { action: 'unlock' }
  | { action: 'freeze'; freeze: FreezeOrder }
  | { action: 'unfreeze'; all: boolean }
  | { action: 'clear'; version: string; reason: string }
  | { action: 'restored'; shown: RestoredSurvey; reason: string }
  | { action: 'adopt'; version: string; commit: string; from: string | null; named: readonly NamedProcess[] }
  | { action: 'marker create' | 'marker verify'; version: string; commit: string }
)

/** The signature over an order, kept beside what it did: `ssh-keygen -Y verify` answers for it alone. */
export type OrderProof = Omit<KeptProof, 'seq' | 'action' | 'about'>

/** Does it touch environments other than the one it names? */
export function isOfAll(order: Order): boolean {
  switch (order.action) {
    case 'freeze':
      return order.freeze.environment === null
    case 'unfreeze':
      return order.all
    case 'lock':
    case 'unlock':
    case 'clear':
    case 'restored':
    case 'adopt':
    case 'marker create':
    case 'marker verify':
      return false
  }
}

/** What a person types to ask for it. */
export function orderCommand(order: Order, environment: string): string {
  const all = isOfAll(order) ? ' --all' : ''
  switch (order.action) {
    case 'lock':
    case 'restored':
      return `belay ${order.action} ${environment} --reason "..."`
    case 'freeze':
      return `belay freeze ${environment}${all} --reason "..."`
    case 'unlock':
    case 'unfreeze':
      return `belay ${order.action} ${environment}${all}`
    case 'clear':
      return `belay clear ${environment} ${order.version} --reason "..."`
    case 'adopt':
      return adoptCommand(environment, order.version)
    case 'marker create':
      return `belay marker create ${environment} --version ${order.version} --commit ${order.commit}`
    case 'marker verify':
      return `belay marker verify ${environment}`
  }
}

/** `plan.release` is what runs there. */
export function adoptionOrder(asked: {
  plan: Plan
  from: string | null
  named: readonly NamedProcess[]
  by: string
}): Order {
  const { plan, from, named, by } = asked
  return { action: 'adopt', by, ...plan.release, from, named }
}
