import { inc, rsort, valid } from 'semver'
import { adoptCommand } from '../domain/next-command.ts'

type Place = {
  /** What was written: relative paths. */
  files: readonly string[]
  repository: boolean
  /** `v{version}` */
  tag: string
  tags: readonly string[]
  /** What the service says its version is. */
  version: string | null
  /** Names that must stand in the agent's environment. */
  variables: readonly string[]
  /** Where releases go, when whoever asks cannot write there. */
  closed: string | null
  /** It brings migrations, so that they can be tried. */
  migrations: boolean
}

/** From here to the first deployment, in the order of typing. */
export function nextCommands(place: Place): string[] {
  const version = nextVersion(place)
  const tag = place.tag.replace('{version}', version)
  return [
    ...(place.repository ? [] : ['git init']),
    `git add ${place.files.join(' ')} && git commit -m "Deploy with Belay"`,
    ...(place.migrations
      ? ['belay rehearse --all    # every migration forth, back and forth again, on a scratch database']
      : []),
    `git tag ${tag}`,
    ...(place.closed === null ? [] : [`sudo install -d -o "$USER" ${place.closed}    # or another one: --directory`]),
    ...(place.variables.length === 0
      ? []
      : [`export ${place.variables.map((name) => `${name}=...`).join(' ')}    # where belay dev is started`]),
    'belay dev    # in another terminal: Temporal, Postgres, a worker, this host',
    `${adoptCommand('production', null)}    # only where the service runs already: the version that runs`,
    `belay deploy ${version} --env production`,
  ]
}

/** The version that is written down, when it is not released yet; else the one after the last. */
function nextVersion({ tag, tags, version }: Place): string {
  const [before = '', after = ''] = tag.split('{version}')
  const released = tags.flatMap((one) =>
    one.startsWith(before) && one.endsWith(after)
      ? (valid(one.slice(before.length, one.length - after.length)) ?? [])
      : [],
  )
  const written = valid(version)
  if (written !== null && !released.includes(written)) return written
  const [last] = rsort(released)
  return (last === undefined ? null : inc(last, 'patch')) ?? '0.1.0'
}
