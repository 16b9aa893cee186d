import type { Dossier } from '../dossier/dossier.ts'
import { ignoredLines } from '../dossier/explain.ts'
import { onCallWords } from '../gate/on-call.ts'
import { starterWords, toldWithKeys } from '../identity/proven-items.ts'
import { when } from '../item-words.ts'
import { type Marker, markerText } from '../marker.ts'
import { reasonDetails, reasonLine, words } from '../reason.ts'
import { itemsOfSection, outsideLists, verificationLines } from './answers.ts'
import { changesParts } from './changes.ts'
import { block, foreign, list, numbered, table } from './foreign.ts'
import { procedures } from './procedures.ts'
import { safetyRules } from './rules.ts'
import { signatures } from './signatures.ts'

/** The deployment-safety runbook filled in for one run, as Markdown that an auditor reads from top to bottom. */
export function renderRecord(told: Dossier): string {
  const dossier = toldWithKeys(told)
  const parts = [
    `# Deployment record: ${foreign(dossier.service)} ${foreign(dossier.release.version)} on ${foreign(dossier.environment)}`,
    summary(dossier),
    why(dossier),
    '## Deployment Marker',
    marker(dossier),
    ...(dossier.changes ? changesParts(dossier.changes) : []),
    ...checklist(dossier),
    ...procedures(dossier),
    ...safetyRules(dossier),
    ...signatures(dossier),
    '## Deployment Log',
    log(dossier),
    '## Timeline',
    timeline(dossier),
    '## Plan',
    plan(dossier),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function summary(dossier: Dossier): string {
  const { deployment, kind, outcome, release, startedAt, finishedAt, open } = dossier
  const { wayBackMs = null } = dossier
  const end = finishedAt ? when(finishedAt) : open ? 'still running' : 'not known'
  return table(
    ['Run', ''],
    [
      ['Outcome', outcome ?? (open ? 'none yet: this record is not complete' : 'none: it ended without an outcome')],
      ['Deployment', `${foreign(deployment)} (${kind})`],
      ['Environment', foreign(dossier.environment)],
      ['Version', foreign(release.version)],
      ['Commit', foreign(release.commit)],
      ['Hosts', foreign(dossier.plan?.hosts.join(', ') ?? 'not known')],
      ['Deployed by', foreign(starterWords(dossier))],
      ...(dossier.onCall ? [['On call', foreign(onCallWords(dossier.onCall))]] : []),
      ['Started', startedAt ? when(startedAt) : 'not known'],
      ['Ended', end],
      ...(wayBackMs === null ? [] : [['Way back', `proven in ${words(wayBackMs)}`]]),
      [
        'Told by',
        dossier.toldBy === 'history' ? 'the deployment history' : 'the run itself; its record is not complete',
      ],
    ],
  )
}

function why({ reason, sentence, why: line }: Dossier): string {
  const first = foreign((sentence ?? '').split('\n')[0] ?? '')
  if (!reason) return first || foreign(line ?? '')
  const details = reasonDetails(reason).filter((detail) => detail.trim() !== '')
  return [
    first && `**${first}**`,
    `Reason: ${foreign(reasonLine(reason))}`,
    details.length > 1 ? block(details.join('\n')) : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function marker(dossier: Dossier): string {
  const { marker: found, outcome, plan: made, open, release } = dossier
  if (found) {
    const whose =
      found.version === release.version ? '' : ` It is that of ${foreign(found.version)}, which is live again.`
    return [
      block(markerText(inOrder(found)), 'json'),
      `File: ${foreign(made?.marker.file ?? 'not known')}.${whose}`,
    ].join('\n\n')
  }
  if (outcome === 'ROLLED_BACK') return 'None: there was no release before this one, and its marker was removed.'
  if (outcome === 'SUCCESS' || outcome === 'ROLLBACK_FAILED' || open) return 'Not on this record yet, or not known.'
  return 'None was written: no host was changed.'
}

/** The database keeps the values and not their order. */
function inOrder({ version, timestamp, commit, environment, deployed_by }: Marker): Marker {
  return { version, timestamp, commit, environment, deployed_by }
}

function checklist(dossier: Dossier): string[] {
  if (dossier.kind === 'manual' || dossier.kind === 'rollback') {
    const what = dossier.kind === 'manual' ? 'This release was deployed by hand' : 'This run was started as a rollback'
    return ['## Rollback Safety Checklist', `${what}: Belay asked no checklist for it.`]
  }
  return [
    '## Rollback Safety Checklist',
    '### Pre-Deployment',
    itemsOfSection(dossier, 'pre'),
    ...whole(dossier),
    '### During Deployment',
    itemsOfSection(dossier, 'during'),
    '### Post-Deployment',
    itemsOfSection(dossier, 'post'),
    '## Post-Deploy Health Verification',
    '### Verification Steps',
    numbered(verificationLines(dossier)) || 'Not known: the plan of this run cannot be read.',
    '### Manual Verification',
    itemsOfSection(dossier, 'manual') || 'The service names no manual items.',
  ]
}

/** Approvals, and a second person's word for what was ignored; nothing where nobody was asked for either. */
function whole(dossier: Dossier): string[] {
  const items = outsideLists(dossier)
  return items === '' ? [] : ['### The deployment as a whole', items]
}

function log({ logEntry, outcome, toldBy }: Dossier): string {
  if (logEntry !== null) return block(logEntry)
  if (outcome === null) return 'Not written yet.'
  return toldBy === 'history' ? 'No entry: nothing was changed.' : 'Not known here: see the log on the hosts.'
}

function timeline({ events }: Dossier): string {
  if (events.length === 0) return 'Not known.'
  return table(
    ['Time', 'Kind', 'What'],
    events.map((event) => [when(event.at), event.kind, foreign(event.text)]),
  )
}

function plan(dossier: Dossier): string {
  const { plan: made, planDigest } = dossier
  const lines = made
    ? [
        `Digest: ${foreign(planDigest)}`,
        `Repository: ${foreign(made.repository.location)}, tag ${foreign(made.repository.tag.replace('{version}', made.release.version))}`,
        `Directory: ${foreign(made.layout.directory)}`,
        `Monitoring window: ${words(made.monitoring.windowMs)}; watched: ${foreign(made.monitoring.checks.map((one) => one.check).join(', ') || 'nothing')}`,
        `After a rollback: watched for ${words(made.monitoring.afterRollbackMs)}`,
      ]
    : [`Digest: ${foreign(planDigest)}`]
  const ignored = ignoredLines(dossier).map((line) => `IGNORED SAFETY ${foreign(line)}`)
  return list([...lines, ...(ignored.length > 0 ? ignored : ['Ignored safeties: none'])])
}
