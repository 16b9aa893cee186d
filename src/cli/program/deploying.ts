import { type AddCommand, collect } from './command.ts'

export function deploying(add: AddCommand): void {
  add(
    'plan <release>',
    'what a deployment would do, how each thing is undone, could it start now; changes nothing',
    () => import('../commands/plan.ts').then((one) => one.plan),
  )
    .requiredOption('-e, --env <environment>', 'where')
    .option('--version <version>', 'version to give the commit')
    .option('--evidence <item=url>', 'claim evidence for a checklist item', collect, [])
    .option('--ignore <rule>', 'ignore a safety rule, together with --reason', collect, [])
    .option('--reason <text>', 'why a rule is ignored')
    .option('--markdown', 'for a pull request; in GitHub Actions it is added to the job summary too')
  add(
    'rehearse [release]',
    'try migrations on a scratch database: forth, back and forth again, each judged by what is left',
    () => import('../commands/rehearse.ts').then((one) => one.rehearse),
  )
    .option('-e, --env <environment>', 'whose live database the release would change')
    .option('--version <version>', 'version to give the commit')
    .option('--all', 'not a release: every migration of a directory, on an empty database; needs no Temporal')
    .option('--tool <tool>', 'with --all: sql, dbmate or node-pg-migrate (default: what belay.yaml says)')
    .option('--directory <path>', 'with --all: where the migrations are')
    .option('--table <name>', "with --all: the tool's history table")
    .option('--schema <name>', 'with --all: the schema of that table')
    .option('--url <address>', serverUrl)
  add('deploy <release>', 'make a release live: a version whose tag exists, or a commit with --version', () =>
    import('../commands/deploy.ts').then((one) => one.deploy),
  )
    .requiredOption('-e, --env <environment>', 'where')
    .option('--version <version>', 'version to give the commit; its tag is made after the gate')
    .option('--evidence <item=url>', 'claim evidence for a checklist item', collect, [])
    .option('--ignore <rule>', 'ignore a safety rule, together with --reason', collect, [])
    .option('--reason <text>', 'why a rule is ignored')
    .option('--plan <digest>', 'refuse unless this is the plan that `belay plan` showed')
    .option('--supersede', 'end an older release that waits at its gate, and take its place')
    .option('--detach', 'start it and do not follow')
    .option('--request-id <id>', requestId)
    .option('--wait [duration]', wait)
  add('drill <environment>', 'deploy a release and take it back on purpose: proves the way back, times it', () =>
    import('../commands/drill.ts').then((one) => one.drill),
  )
    .requiredOption('--release <version>', 'a version whose tag exists')
    .option('--detach', 'start it and do not follow')
    .option('--request-id <id>', requestId)
    .option('--wait [duration]', wait)
  add('rollback <environment>', 'bring the release before (or --to) back: code, database and configuration', () =>
    import('../commands/rollback.ts').then((one) => one.rollback),
  )
    .option('--to <version>', 'an earlier release; `nothing`: what was before the first one')
    .option('--only <component>', 'database or configuration')
    .option('--reason <text>', 'why')
    .option('-y, --yes', 'do not ask')
    .option('--detach', 'start it and do not follow')
    .option('--request-id <id>', requestId)
    .option('--wait [duration]', wait)
  add('watch <environment>', 'follow the open run; Ctrl-C only stops following', () =>
    import('../commands/watch.ts').then((one) => one.watch),
  )
}

const serverUrl =
  "with --all: a server on which databases may be made, best as '${env:NAME}': everybody sees arguments (default: an embedded one)"
const requestId = 'asked again with the same id, it attaches instead of starting twice (default: the CI job)'
const wait = 'while another run is open, wait for its end, at most 1h or the duration given'
