import type { AddCommand } from './command.ts'

export function holding(add: AddCommand): void {
  add('lock <environment>', 'hold an environment: nobody deploys', () =>
    import('../commands/hold.ts').then((one) => one.lock),
  )
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'RFC 3339 time or a duration such as 2h (default: until unlocked)')
  add('unlock <environment>', 'end a hold', () => import('../commands/hold.ts').then((one) => one.unlock))
  add('clear <environment> <version>', 'let a rolled-back release be deployed again', () =>
    import('../commands/hold.ts').then((one) => one.clear),
  ).requiredOption('--reason <text>', 'why')
}
