import { type AddCommand, collect } from './command.ts'

export function configuring(add: AddCommand): void {
  add('init', 'write belay.yaml for the service in this directory, from what its files say', () =>
    import('../commands/init.ts').then((one) => one.init),
  )
    .option('--service <name>', 'what it is called')
    .option('--start <command>', 'how it is started, like "node server.js"')
    .option('--systemd <unit>', 'the unit that runs it, in place of --start')
    .option('--health <address>', 'what says that it is healthy: an address, host:port, or none')
    .option('--directory <path>', 'where it lives on its host (default: /srv/<service>)')
    .option('-y, --yes', 'ask nothing: take what the repository says')
    .option('--force', 'replace a belay.yaml that is there')
  add('validate', 'check the configuration: every problem with file, line and column', () =>
    import('../commands/validate.ts').then((one) => one.validate),
  )
  add('docs [path]', 'what a setting of belay.yaml means: belay docs monitoring.window', () =>
    import('../commands/docs.ts').then((one) => one.docs),
  )
    .option('--markdown', 'the whole reference (docs/configuration.md)')
    .option('--table', 'the table of sections (README.md)')
  add('schema', 'the JSON Schema of belay.yaml, for editors', () =>
    import('../commands/schema.ts').then((one) => one.schema),
  )
  add('marker <action> <environment>', 'create | verify | show: the marker of a manual deployment', () =>
    import('../commands/marker.ts').then((one) => one.marker),
  )
    .option('--version <version>', 'version deployed by hand (create)')
    .option('--commit <commit>', 'its commit (create)')
  add('notify <action> <environment>', 'test: send a test notice now, and say what each receiver answers', () =>
    import('../commands/notify.ts').then((one) => one.notify),
  )
  add('adopt <environment>', 'take a running service that Belay never deployed as version of record', () =>
    import('../commands/adopt.ts').then((one) => one.adopt),
  )
    .requiredOption('--version <version>', 'what runs now; its tag exists, or with --commit')
    .option('--commit <commit>', 'its commit')
    .option('--from <directory>', 'where it runs, when no `current` leads there')
    .option('--pid <process=pid>', 'which process it is, when it is not found (process@host=pid)', collect, [])
    .option('--pid-file <process=path>', 'the file on the host that holds its pid', collect, [])
    .option('-y, --yes', 'do not ask')
}
