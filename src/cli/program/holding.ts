import type { AddCommand } from './command.ts'

export function holding(add: AddCommand): void {
  add('lock <environment>', 'hold an environment: nobody deploys', () =>
    import('../commands/hold.ts').then((one) => one.lock),
  )
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'RFC 3339 time or a duration such as 2h (default: until unlocked)')
  add('unlock <environment>', 'end a hold', () => import('../commands/hold.ts').then((one) => one.unlock))
  add('freeze <environment>', 'nobody deploys, now or for a time to come; what has begun goes on', () =>
    import('../commands/freeze.ts').then((one) => one.freeze),
  )
    .requiredOption('--reason <text>', 'why')
    .option('--from <time>', 'RFC 3339 time or a duration such as 2h (default: now)')
    .option('--until <time>', 'RFC 3339 time, or a duration counted from the beginning (default: until ended)')
    .option('--all', 'every environment of the service')
  add('unfreeze <environment>', 'end its freezes, those to come too', () =>
    import('../commands/freeze.ts').then((one) => one.unfreeze),
  ).option('--all', 'those of every environment')
  add('clear <environment> <version>', 'let a rolled-back release be deployed again', () =>
    import('../commands/hold.ts').then((one) => one.clear),
  ).requiredOption('--reason <text>', 'why')
  add('restored <environment>', 'go on from a database of an older backup: shows what it lacks, and asks', () =>
    import('../commands/restored.ts').then((one) => one.restored),
  )
    .requiredOption('--reason <text>', 'why')
    .option('-y, --yes', 'do not ask')
}
