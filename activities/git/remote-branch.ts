import { deploymentIn, findDeploymentCommit } from './find-deployment.ts'
import type { OpenRepository } from './open-repository.ts'

/**
 * Brings the local branch to the remote's end: another worker, with a repository of its own, writes to the same branch.
 * Commits that only we have (a push that failed) are written again on top of it, with their texts and times; one
 * whose deployment the remote has by now is left out.
 */
export async function joinRemoteBranch(opened: OpenRepository, remote: string, branch: string): Promise<void> {
  const { plumbing } = opened
  const theirs = (await plumbing.remoteRefs(remote, [branch])).get(branch)
  if (theirs === undefined) return
  const kept = `refs/belay/remote/${theirs}`
  await plumbing.must(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', remote, `+${branch}:${kept}`])
  for (let round = 1; round <= mostRounds; round += 1) {
    const ours = await plumbing.commitOf(branch)
    const end = ours === null ? theirs : await joined(opened, theirs, ours)
    if (end === ours || (await plumbing.move(branch, end, ours))) {
      await plumbing.run(['update-ref', '-d', kept])
      return
    }
  }
  throw new Error(`${branch}: expected to join the remote's within ${mostRounds} rounds, others were always faster`)
}

async function joined(opened: OpenRepository, theirs: string, ours: string): Promise<string> {
  const only = await opened.plumbing.must(['rev-list', '--reverse', '--end-of-options', `${theirs}..${ours}`])
  if (only === '') return theirs
  const missing = await opened.plumbing.must(['rev-list', '--end-of-options', `${ours}..${theirs}`])
  return missing === '' ? ours : rewritten(opened, theirs, only.split('\n'))
}

async function rewritten(opened: OpenRepository, onto: string, commits: readonly string[]): Promise<string> {
  const tree = await opened.plumbing.must(['rev-parse', '--verify', '--end-of-options', `${onto}^{tree}`])
  let end = onto
  for (const commit of commits) {
    const text = await opened.plumbing.must(['cat-file', 'commit', commit])
    const deployment = deploymentIn(text)
    if (deployment !== null && (await findDeploymentCommit(opened, onto, deployment)) !== null) continue
    const at = text.indexOf('\n\n')
    const people = text
      .slice(0, at)
      .split('\n')
      .filter((line) => /^(?:author|committer) /.test(line))
    const head = [`tree ${tree}`, `parent ${end}`, ...people].join('\n')
    end = await opened.plumbing.write('commit', `${head}${text.slice(at)}\n`)
  }
  return end
}

const mostRounds = 20
