import { z } from 'zod'
import { command } from './command.ts'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { absolutePath, relativePath } from './path.ts'
import { processes } from './process.ts'
import { choice, wholeNumber, yesNo } from './text.ts'
import { jsonPath, plainHttpUrl } from './url.ts'

const commandsExpected = 'a list of commands like [[npm, ci], [npm, run, build]]'

export const release = described(
  z.strictObject({
    directory: described(
      absolutePath(),
      'Root on the host: `releases/<version>`, `current`, and what Belay keeps.',
      '/srv/vpn-shop',
    ),
    mode: described(
      choice(['worktree', 'in_place']).prefault('worktree'),
      '`worktree`: each release in a directory of its own and a `current` link. `in_place`: the directory itself is checked out.',
      'worktree',
    ),
    roots: described(
      z.array(absolutePath()).prefault([]),
      'Further directories below which Belay may write the marker and configuration.',
      ['/etc/vpn-shop'],
    ),
    keep: described(
      wholeNumber(1, 100).prefault(5),
      'How many releases stay on the host. The live one and those that can be gone back to always stay.',
      5,
    ),
    build: described(
      z.array(command(commandsExpected), { error: commandsExpected }).prefault([]),
      'Commands run in the new release, in order, before anything live changes.',
      [['npm', 'ci', '--omit=dev']],
    ),
    build_timeout: described(duration().prefault('15m'), 'How long the whole build may take.', '15m'),
    downtime: described(
      yesNo().prefault(false),
      'Stop the old release, migrate, start the new one: for migrations that are not additive.',
      false,
    ),
    processes,
  }),
  'What is put on a host and run there.',
)

export const marker = described(
  z
    .strictObject({
      file: described(
        absolutePath().optional(),
        'Where the deployment marker is written; `<release.directory>/.deployment_marker` when left out.',
        '/srv/vpn-shop/.deployment_marker',
      ),
      git_tag: described(yesNo().prefault(true), 'Tag the commit as a release when the tag is missing.', true),
    })
    .prefault({}),
  'The deployment marker.',
)

/** Where the running service answers a question about itself. */
export const serving = described(
  z
    .strictObject({
      http: described(plainHttpUrl(), 'Address asked on each host.', 'http://localhost:8080/health'),
      json: described(jsonPath(), 'Where the version (or commit) stands in the reply.', '$.version'),
    })
    .optional(),
  "How the running service says its version. Left out: proven by the serving process's directory and start time.",
  { http: 'http://localhost:8080/health', json: '$.version' },
)

export const configurationFiles = described(
  z
    .array(
      described(
        z.strictObject({
          source: described(
            relativePath(['environment', 'service']),
            'File in the release.',
            'config/{environment}.json',
          ),
          target: described(
            absolutePath(),
            'Where it goes on the host, below the directory or one of the roots.',
            '/srv/vpn-shop/config.json',
          ),
          loaded: described(
            z
              .strictObject({
                http: described(plainHttpUrl(), 'Address asked on each host.', 'http://localhost:8080/health'),
                json: described(
                  jsonPath(),
                  "Where the sha256 (hex) of the loaded file's bytes stands in the reply.",
                  '$.config_hash',
                ),
              })
              .optional(),
            'How the service says which content it has loaded. Left out: proven by the file and a process start after it.',
            { http: 'http://localhost:8080/health', json: '$.config_hash' },
          ),
        }),
        'A file, and where it goes.',
      ),
    )
    .prefault([]),
  'Configuration files the release brings.',
  [{ source: 'config/{environment}.json', target: '/srv/vpn-shop/config.json' }],
)
