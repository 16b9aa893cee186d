import { type AddCommand, collect } from './command.ts'

export function serving(add: AddCommand): void {
  add('dev', 'Temporal, Postgres, a worker and this host, on loopback, under .belay/', () =>
    import('../commands/dev.ts').then((one) => one.dev),
  )
  add('worker', 'serve workflows, activities and hosts', () =>
    import('../commands/worker.ts').then((one) => one.worker),
  )
    .option('--host <name>', 'a host this worker is the agent of', collect, [])
    .option('--check', 'start nothing: does the worker of this machine poll? For health checks')
    .option('--leave <run-id>', 'start although this version cannot carry on that open run', collect, [])
    .option('--reason <text>', 'why it is left behind')
    .option('--metrics <address>', 'where Prometheus may ask, e.g. 127.0.0.1:9464')
  add('watchdog', 'for cron: exits 1 when a run makes no progress or was left half way', () =>
    import('../commands/watchdog.ts').then((one) => one.watchdog),
  ).option('--days <count>', 'how far back terminated runs count', '7')
  add('doctor', 'what Belay needs, what is there, and how to get the rest', () =>
    import('../commands/doctor.ts').then((one) => one.doctor),
  )
}
