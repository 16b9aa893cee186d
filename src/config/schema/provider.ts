import { z } from 'zod'
import { command } from './command.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { environmentName } from './environment-name.ts'
import { kinds } from './kind.ts'
import { flag, text, wholeNumber } from './text.ts'
import { httpUrl } from './url.ts'

const repositoryExpected = 'owner/name of a repository on GitHub'
const gitHubRepository = () =>
  described(
    z.string({ error: repositoryExpected }).regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, {
      error: repositoryExpected,
    }),
    'Repository on GitHub.',
    'acme/vpn-shop',
  )
const tokenExpected = 'a reference like ${env:GITHUB_TOKEN}: a token never stands in the file'
const token = z.string({ error: tokenExpected }).regex(/^\$\{env:[A-Za-z_]\w*\}$/, { error: tokenExpected })
kinds.add(token, { kind: 'reference' })
const gitHub = () => ({
  repository: gitHubRepository(),
  token: described(
    token.prefault('${env:GITHUB_TOKEN}'),
    'Token that may read it, on the worker.',
    '${env:GITHUB_TOKEN}',
  ),
  api: described(
    httpUrl().prefault('https://api.github.com'),
    'Address of the API.',
    'https://github.example.com/api/v3',
  ),
})

const report = text('a path like reports/junit.xml', 1024).refine((value) => !value.split('/').includes('..'), {
  error: 'a path without ".."',
})
const junit = z
  .strictObject({
    report: described(
      report,
      'The report: in the clean checkout after `command`; or, without a command, an absolute path on the worker with `{commit}` in it.',
      'reports/junit.xml',
    ),
    command: described(command().optional(), 'Run first, in a clean checkout of the commit; it writes the report.', [
      'npm',
      'test',
    ]),
  })
  .superRefine(({ report: path, command: given }, context) => {
    const absolute = path.startsWith('/')
    if (given === undefined && absolute && path.includes('{commit}')) return
    if (given !== undefined && !absolute && !path.includes('{')) return
    const message =
      given === undefined
        ? 'an absolute path with {commit} in it, so that the report of another commit cannot count'
        : 'a path relative to the checkout'
    context.addIssue({ code: 'custom', message, path: ['report'] })
  })

/** What can answer any item of the gate. */
export const everyItem = {
  command: described(command().optional(), 'Run in a clean checkout of the commit; exit code 0 passes.', [
    'npm',
    'test',
  ]),
  timeout: described(duration().optional(), 'How long the command may take; 15m when left out.', '15m'),
  sign_off: described(flag().optional(), 'A person signs it.', true),
}

/** What can answer some items. */
export const itemAnswers = {
  github_approvals: described(
    z
      .strictObject({
        ...gitHub(),
        required: described(wholeNumber(1, 20).prefault(1), 'How many people must have approved.', 2),
      })
      .optional(),
    'Approvals of the pull request that brought the commit.',
    { repository: 'acme/vpn-shop' },
  ),
  rehearsal: described(
    flag().optional(),
    'Belay tries exactly these files on a scratch database: forth, back and forth again.',
    true,
  ),
  reviewed_by: described(
    flag().optional(),
    '`Reviewed-by:` trailers of the commit, by somebody other than its author.',
    true,
  ),
  github_checks: described(
    z
      .strictObject({
        ...gitHub(),
        required: described(
          z.array(text('the name of a check')).prefault([]),
          'Names of statuses and check runs that must have succeeded; none named: all there are, and at least one.',
          ['ci/test'],
        ),
      })
      .optional(),
    'Commit statuses and check runs of the commit on GitHub.',
    { repository: 'acme/vpn-shop', required: ['ci/test'] },
  ),
  junit: described(junit.optional(), 'A JUnit XML report about the commit; no tests is a failure.', {
    command: ['npm', 'test'],
    report: 'reports/junit.xml',
  }),
  promote_from: described(
    environmentName.optional(),
    'The same commit must have ended SUCCESS in this environment, as Belay recorded it.',
    'staging',
  ),
  max_age: described(duration().optional(), 'How old that success may be; any age when left out.', '7d'),
  soak: described(duration().optional(), 'How long it must have been live there; no time when left out.', '1h'),
}
