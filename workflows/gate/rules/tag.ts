import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import { act, anywhere } from '../../proxies.ts'
import type { Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'

/** The version still means the commit that was planned. */
export async function tagRule(run: Run): Promise<Finding[]> {
  const { repository, release, environment } = run.plan
  const { version, commit } = release
  try {
    const row = { id: 'tag', summary: `${version} is still ${commit.slice(0, 12)}` }
    const resolved = await act(anywhere('probe').resolveRelease, row, { repository, version, commit })
    run.tagExists = resolved.tagExists
    return [held('tag', `${version} is ${commit.slice(0, 12)}`)]
  } catch (error) {
    return [
      broken('tag', messageOf(error), { next: `belay plan ${version} --env ${environment}, to see what it means now` }),
    ]
  }
}
