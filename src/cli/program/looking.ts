import type { AddCommand } from './command.ts'

export function looking(add: AddCommand): void {
  add('status [environment]', 'what an environment runs, and what its run is doing', () =>
    import('../commands/status.ts').then((one) => one.status),
  )
  add('waiting', 'what waits for whom, everywhere: sign-offs, questions, half-way environments', () =>
    import('../commands/waiting.ts').then((one) => one.waiting),
  )
  add(
    'explain <deployment|environment>',
    'why a run ended as it did: reason, evidence, what was undone, what to do',
    () => import('../commands/explain.ts').then((one) => one.explainRun),
  )
  add(
    'checklist <environment|deployment>',
    'every item of the runbook: who or what answered it, and what is open',
    () => import('../commands/checklist.ts').then((one) => one.checklist),
  )
  add('record <deployment>', 'the runbook filled in for this deployment, as Markdown', () =>
    import('../commands/record.ts').then((one) => one.record),
  ).option('-o, --output <file>', 'write it there')
  add(
    'logs <environment|deployment> [step-or-process]',
    'what a step or a process printed; without a name, what there is',
    () => import('../commands/logs.ts').then((one) => one.logs),
  )
    .option('-f, --follow', 'go on with what is printed from now on; Ctrl-C only stops following')
    .option('-n, --limit <lines>', 'how many of the last lines', '50')
  add('check <environment>', 'run the health checks and the six verification steps now; changes nothing', () =>
    import('../commands/check.ts').then((one) => one.check),
  )
  add('history [environment]', 'deployments, rollbacks and drills, or one of them by its id', () =>
    import('../commands/history.ts').then((one) => one.history),
  )
    .option('-n, --limit <count>', 'how many', '20')
    .option('--kind <kind>', 'deployment, rollback, manual or drill')
  add('log [environment]', "the runbook's deployment log", () =>
    import('../commands/history.ts').then((one) => one.log),
  ).option('-n, --limit <count>', 'how many', '20')
  add('completion <shell>', 'completion for bash, zsh or fish: source <(belay completion bash)', () =>
    import('../commands/completion.ts').then((one) => one.completion),
  )
  // It completes the program that it is a command of.
  const asked = add(
    'complete [words...]',
    'what the completion script asks',
    () => import('../commands/completion.ts').then((one) => one.completeIn(asked.parent)),
    { hidden: true },
  )
}
