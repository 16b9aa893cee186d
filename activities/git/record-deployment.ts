import type { Repository } from '../../src/domain/plan.ts'
import { isCommitId, parseVersion, validateEnvironmentName } from '../../src/domain/version.ts'
import { findDeploymentCommit } from './find-deployment.ts'
import { asAuthorAndCommitter, asTagger, trailerOf } from './identity.ts'
import type { OpenRepository } from './open-repository.ts'
import { invalid } from './plumbing.ts'
import { joinRemoteBranch } from './remote-branch.ts'

/** What stands in the repository now; `pushed` false: it says to push nothing. */
export type RecordedInGit = { tag: string; branch: string; commit: string; pushed: boolean }

export type Deployed = {
  repository: Repository
  environment: string
  version: string
  commit: string
  at: string
  entry: string
  deployment: string
}

export async function recordDeployment(opened: OpenRepository, deployed: Deployed): Promise<RecordedInGit> {
  requireValid(deployed)
  const branch = `deployments/${deployed.environment}`
  const ref = `refs/heads/${branch}`
  if (opened.push !== null) await joinRemoteBranch(opened, opened.push, ref)
  const tag = await tagDeployment(opened, deployed)
  const commit = await commitDeployment(opened, ref, deployed)
  if (opened.push !== null) await pushBoth(opened, opened.push, tag, ref)
  return { tag, branch, commit, pushed: opened.push !== null }
}

function requireValid(deployed: Deployed): void {
  for (const checked of [parseVersion(deployed.version), validateEnvironmentName(deployed.environment)]) {
    if ('problem' in checked) throw invalid(checked.problem)
  }
  if (!isCommitId(deployed.commit)) throw invalid('commit: expected a full commit id to record, got another text')
  if (Number.isNaN(Date.parse(deployed.at))) throw invalid('at: expected a time as in RFC 3339, got another text')
}

/** The time keeps names apart; two deployments of one second (two services in a repository) get a number. */
async function tagDeployment(opened: OpenRepository, deployed: Deployed): Promise<string> {
  const at = new Date(deployed.at)
  const stamp = `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  for (let number = 1; number <= mostInOneSecond; number += 1) {
    const tag = `deploy/${deployed.environment}/${deployed.version}/${stamp}${number === 1 ? '' : `-${number}`}`
    const head = `object ${deployed.commit}\ntype commit\ntag ${tag}\n${asTagger(at)}`
    const object = await opened.plumbing.write('tag', `${head}\n\n${messageOf(deployed)}`)
    const ref = `refs/tags/${tag}`
    if (await opened.plumbing.move(ref, object, null)) return tag
    if ((await opened.plumbing.objectOf(ref)) === object || (await isOurs(opened, ref, deployed))) return tag
  }
  throw new Error(`deployment tags of ${stamp}: expected fewer than ${mostInOneSecond}, got more`)
}

async function isOurs(opened: OpenRepository, ref: string, deployed: Deployed): Promise<boolean> {
  const text = await opened.plumbing.must(['for-each-ref', '--format=%(contents)', ref])
  return text.includes(`\n${trailerOf('Belay-Deployment', deployed.deployment)}`)
}

/** Adds the empty commit at the branch's end, unless the branch holds this deployment's already. */
async function commitDeployment(opened: OpenRepository, ref: string, deployed: Deployed): Promise<string> {
  const { plumbing } = opened
  for (let round = 1; round <= mostRounds; round += 1) {
    const tip = await plumbing.commitOf(ref)
    const there = tip === null ? null : await findDeploymentCommit(opened, tip, deployed.deployment)
    if (there !== null) return there
    const commit = await writeEmptyCommit(opened, tip, deployed)
    if (await plumbing.move(ref, commit, tip)) return commit
  }
  throw new Error(`${ref}: expected to add a commit within ${mostRounds} rounds, others were always faster; try again`)
}

async function writeEmptyCommit(opened: OpenRepository, parent: string | null, deployed: Deployed): Promise<string> {
  const tree = parent === null ? await opened.plumbing.write('tree', '') : await treeOf(opened, parent)
  const parents = parent === null ? '' : `parent ${parent}\n`
  const head = `tree ${tree}\n${parents}${asAuthorAndCommitter(new Date(deployed.at))}`
  return opened.plumbing.write('commit', `${head}\n\n${messageOf(deployed)}`)
}

async function treeOf(opened: OpenRepository, commit: string): Promise<string> {
  return opened.plumbing.must(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`])
}

function messageOf(deployed: Deployed): string {
  const trailers = [trailerOf('Belay-Deployment', deployed.deployment), trailerOf('Belay-Commit', deployed.commit)]
  return `${deployed.entry.trimEnd()}\n\n${trailers.join('\n')}\n`
}

/** Re-read from the remote: a push that said no, and one that said yes, are both only words. */
async function pushBoth(opened: OpenRepository, remote: string, tag: string, branch: string): Promise<void> {
  const refs = [`refs/tags/${tag}`, branch]
  const specs = refs.map((name) => `${name}:${name}`)
  const pushed = await opened.plumbing.run(['push', '--quiet', '--no-verify', '--', remote, ...specs])
  const there = await opened.plumbing.remoteRefs(remote, refs)
  for (const name of refs) {
    const here = await opened.plumbing.objectOf(name)
    if (here === null || there.get(name) !== here) {
      const said = pushed.stderr.trim().slice(-500)
      throw new Error(
        `${name}: expected it on the remote as it is here, got another; it will be tried again; git said: ${said}`,
      )
    }
  }
}

const mostRounds = 20
const mostInOneSecond = 50
