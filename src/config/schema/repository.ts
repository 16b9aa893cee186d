import { z } from 'zod'
import { validatePushTarget } from '../../domain/repository-location.ts'
import { described } from './described.ts'
import { exactlyOne } from './one-of.ts'
import { text } from './text.ts'
import { gitUrl } from './url.ts'

const path = text('a path to a git repository', 1024).refine((value) => !value.startsWith('-'), {
  error: 'a path to a git repository, not an option',
})
const tag = z
  .string({ error: 'a tag name with {version} in it' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*\{version\}[A-Za-z0-9._-]*$|^\{version\}[A-Za-z0-9._-]*$/, {
    error: 'a tag name with {version} in it',
  })
  .refine((value) => !value.includes('..') && !value.endsWith('.lock') && !value.includes('//'), {
    error: 'a tag name git accepts',
  })
const remote = text('the name of a git remote like origin, or its address without a password').refine(
  (value) => 'remote' in validatePushTarget(value),
  { error: 'the name of a git remote like origin, or its address without a password' },
)

export const repository = described(
  z
    .strictObject({
      path: described(
        path.optional(),
        'Git repository on this machine, relative to the configuration file; `.` when neither path nor url is given.',
        '.',
      ),
      url: described(
        gitUrl().optional(),
        'Git repository elsewhere. Its credentials stay with git (agent, helper, key).',
        'https://git.example.com/vpn-shop.git',
      ),
      tag: described(tag.prefault('v{version}'), 'Name of the tag that is a release.', 'v{version}'),
      push: described(
        remote.optional(),
        'Remote that deployment tags and the deployments branch are pushed to; without it they stay in the repository.',
        'origin',
      ),
    })
    .superRefine((entry, context) => {
      if (entry.path !== undefined && entry.url !== undefined) exactlyOne(entry, ['path', 'url'], context)
    })
    .prefault({}),
  'Where the code comes from.',
  { path: '.', tag: 'v{version}', push: 'origin' },
)
