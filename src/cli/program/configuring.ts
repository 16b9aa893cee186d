import type { AddCommand } from './command.ts'

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
  add('marker <action> <environment>', 'create | verify | show: the marker of a manual deployment', () =>
    import('../commands/marker.ts').then((one) => one.marker),
  )
    .option('--version <version>', 'version deployed by hand (create)')
    .option('--commit <commit>', 'its commit (create)')
  add('notify <action> <environment>', 'test: send a test notice now, and say what each receiver answers', () =>
    import('../commands/notify.ts').then((one) => one.notify),
  )
}
