import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import type { Run } from '../../run/run.ts'

/** What only a drill needs, judged by what the hosts have said; other runs have no such rule. */
export function drillRules(run: Run): Finding[] {
  if (run.startedAs !== 'drill') return []
  return [permitted(run), ...run.plan.hosts.flatMap((host) => wayToProve(run, host))]
}

function permitted({ plan }: Run): Finding {
  if (plan.drills === true) return held('drill', 'drills are allowed')
  const next = `write \`drills: true\` in environments.${plan.environment}`
  return broken('drill', `drills are not allowed on ${plan.environment}`, { next })
}

function wayToProve({ plan, hostStates }: Run, host: string): Finding[] {
  const { release, environment } = plan
  const state = hostStates.get(host)
  // It did not answer; its own rule says so.
  if (!state) return []
  const [record] = state.records
  if (!record) {
    const next = `belay deploy <version> --env ${environment}`
    return [broken('drill', `there is no release on ${host} to go back to; a drill needs one`, { next })]
  }
  if (record.release.commit !== release.commit) return [held('drill', `goes back to ${record.release.version}`)]
  const why = `${release.version} is the version of record on ${environment}: there is no way back to prove; roll it back first`
  return [broken('drill', why, { next: `belay rollback ${environment}` })]
}
