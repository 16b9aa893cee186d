import { judgePromotion, type Promotion } from '../../src/domain/gate/promotion.ts'
import type { Provider } from '../../src/domain/gate/provider.ts'
import { act, recordNow } from '../proxies.ts'
import type { Run } from '../run/run.ts'

/** Whether the same commit has been good long enough in the environment before this one, by Belay's own history. */
export async function askHistory(
  run: Run,
  row: { id: string; summary: string },
  asked: Extract<Provider, { kind: 'promotion' }>,
): Promise<Promotion> {
  const { service, release } = run.plan
  const facts = await act(recordNow.readPromotion, row, { service, environment: asked.environment, ...release })
  return judgePromotion(facts, { ...asked, release, nowMs: Date.now() })
}
