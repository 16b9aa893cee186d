import { join } from 'node:path'
import type { Run } from '../../src/client/client.ts'
import { newDeploymentId } from '../../src/client/prepare.ts'
import { provenMessage, provenPlan, provenRollback } from '../../src/client/sign/signer.ts'
import type { Message } from '../../src/domain/message.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { RunStatus } from '../../src/domain/status.ts'
import { threeReleases } from '../scenarios/releases.ts'
import type { FixtureRelease } from '../scenarios/repository.ts'
import type { FixtureSettings } from '../scenarios/settings.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Keys, makeKeys } from './keys.ts'

export const ci = 'ci@example.com'
export const ann = 'ann@example.com'

/** A world whose environment demands proven names, with the keys of those who may speak there, and of a stranger. */
export type ProvenWorld = World & {
  keys: Keys
  /** The plan, signed by ci. */
  signed(version: string, change?: (settings: FixtureSettings) => void): Promise<Plan>
  /** As the client signs it for whoever has the key `name`; `before` it is sent it can be changed. */
  tellProven(run: Run, message: Message, name?: string): Promise<string>
  made(run: Run, message: Message, name?: string, now?: () => Date): Promise<Message>
  /** Deploys, signs everything with ann's key; expects success. */
  liveProven(version: string): Promise<Run>
}

export async function provenWorld(
  more: Readonly<Record<string, string>> = {},
  releases: readonly FixtureRelease[] = threeReleases,
): Promise<ProvenWorld> {
  const keys = await makeKeys(join(await temporaryDirectory(), 'keys'), ['ci', 'ann', 'stranger'])
  await keys.allow(`${ci} ci`, `${ann} ann`)
  const environment = () => ({
    BELAY_ALLOWED_SIGNERS: keys.allowedSigners,
    BELAY_REVOKED_KEYS: keys.revokedKeys,
    ...more,
  })
  const world = await openWorld({ releases, change: demandingSsh, environment })
  const made: ProvenWorld['made'] = async (run, message, name = 'ann', now = () => new Date()) =>
    await provenMessage(message, await run.status(), keys.signing(name, now))
  const tellProven: ProvenWorld['tellProven'] = async (run, message, name) =>
    (await run.tell(await made(run, message, name))).recorded
  const signed: ProvenWorld['signed'] = async (version, change) =>
    await provenPlan(world.plan(version, change), 'deploy', keys.signing('ci'))
  const liveProven = async (version: string) => {
    const run = await world.belay.deploy(await signed(version))
    await signOpen(run, (status) => status.waitingFor !== null)
    await signOpen(run, (status) => status.liveSince !== null)
    const end = await run.end()
    if (end.outcome !== 'SUCCESS') throw new Error(end.sentence)
    return run
  }
  async function signOpen(run: Run, when: (status: RunStatus) => boolean) {
    const status = await phaseOf(run, (now) => when(now) || now.outcome !== null, 120_000)
    const { deployment } = status
    const open = status.items.filter(
      ({ how, state, item }) =>
        how === 'sign_off' && state === 'open' && (status.liveSince !== null || item.startsWith('pre.')),
    )
    for (const { item } of open) await tellProven(run, { name: 'signOff', deployment, item, by: ann })
  }
  return { ...world, keys, signed, made, tellProven, liveProven }
}

export function demandingSsh(settings: FixtureSettings): void {
  Object.assign(settings.environments.production, { identity: 'ssh' })
}

/** A rollback as the client asks for it, signed with this key. */
export async function signedRollback(world: ProvenWorld, name = 'ci') {
  const plan = { ...world.plan('unknown'), deployment: newDeploymentId('rollback') }
  const wish = { plan, to: null, only: 'all', by: ci, reason: 'scenario' } as const
  return await provenRollback(wish, world.keys.signing(name))
}
