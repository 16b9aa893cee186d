import type { AddCommand } from './command.ts'

export function configuring(add: AddCommand): void {
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
