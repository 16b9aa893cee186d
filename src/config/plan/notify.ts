import type { Plan } from '../../domain/plan.ts'
import { fill } from '../schema/path.ts'
import type { Settings } from '../schema/settings.ts'

/** Absent where nothing is configured: the digest of such a plan is the one it had before there were notices. */
export function notifyOf(
  { notify }: Settings,
  names: { environment: string; service: string; version: string },
): Pick<Plan, 'notify'> {
  if (notify === undefined) return {}
  const webhooks = [notify.webhook].flat()
  return { notify: webhooks.map(({ secret = null, url, ...rest }) => ({ ...rest, url: fill(url, names), secret })) }
}
