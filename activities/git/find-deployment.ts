import { trailerOf } from './identity.ts'
import type { OpenRepository } from './open-repository.ts'

/** The commit of a deployment on the branch that ends at `tip`; null: it has none. */
export async function findDeploymentCommit(
  opened: OpenRepository,
  tip: string,
  deployment: string,
): Promise<string | null> {
  const format = '--format=%H%x09%(trailers:key=Belay-Deployment,valueonly,separator=%x2C)'
  const lines = await opened.plumbing.must(['log', format, '--end-of-options', tip])
  const wanted = trailerOf(key, deployment).slice(`${key}: `.length)
  const line = lines.split('\n').find((each) => each.slice(each.indexOf('\t') + 1) === wanted)
  return line?.split('\t')[0] ?? null
}

/** The deployment named in a commit's or tag's text. */
export function deploymentIn(text: string): string | null {
  return /^Belay-Deployment: (.*)$/m.exec(text)?.[1] ?? null
}

const key = 'Belay-Deployment'
