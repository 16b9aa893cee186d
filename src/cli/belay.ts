#!/usr/bin/env node
import { Command } from 'commander'
import { exitWith } from './exit.ts'
import { helpText } from './help-text.ts'
import { neutral } from './neutral.ts'
import { type Shell, shellFrom } from './shell.ts'

const shell = shellFrom(process)

/** The command line. Every command is loaded only when it is called, so that `--help` stays instant. */
const program = new Command('belay')
  .description('Deployments that cannot forget the checklist, and come back by themselves.')
  .option('-c, --config <file>', 'configuration file', 'belay.yaml')
  .option('--json', 'print data instead of words (reading commands)')
  .option('--by <name>', 'who you are (default: git user.email, then the login name)')
  .showSuggestionAfterError()
  .showHelpAfterError('Next: belay --help, or belay help <command>')
  .addHelpText('after', helpText)
  .configureOutput({ writeErr: (text) => void process.stderr.write(neutral(text)) })
  .exitOverride((error) => {
    throw error
  })

command('deploy <release>', 'make a release live: a version whose tag exists, or a commit with --version')
  .requiredOption('-e, --env <environment>', 'where')
  .option('--version <version>', 'version to give the commit; its tag is made after the gate')
  .option('--evidence <item=url>', 'claim evidence for a checklist item', collect, [])
  .option('--ignore <rule>', 'ignore a safety rule, together with --reason', collect, [])
  .option('--reason <text>', 'why a rule is ignored')
  .option('--detach', 'start it and do not follow')
  .action(run((shell, args, options) => import('./commands/deploy.ts').then((one) => one.deploy(shell, args, options))))
command('rollback <environment>', 'bring the release before (or --to) back: code, database and configuration')
  .option('--to <version>', 'an earlier release')
  .option('--only <component>', 'database or configuration')
  .option('--reason <text>', 'why')
  .option('-y, --yes', 'do not ask')
  .option('--detach', 'start it and do not follow')
  .action(
    run((shell, args, options) => import('./commands/rollback.ts').then((one) => one.rollback(shell, args, options))),
  )
command('status [environment]', 'what an environment runs, and what its run is doing').action(
  run((shell, args, options) => import('./commands/status.ts').then((one) => one.status(shell, args, options))),
)
command('watch <environment>', 'follow the open run; Ctrl-C only stops following').action(
  run((shell, args, options) => import('./commands/watch.ts').then((one) => one.watch(shell, args, options))),
)
command('sign <environment> <item...>', 'sign items as checked by you')
  .option('--note <text>', 'what you saw')
  .option('--link <url>', 'evidence')
  .action(run((shell, args, options) => import('./commands/tell.ts').then((one) => one.sign(shell, args, options))))
command('reject <environment> <item>', 'refuse an item: everything comes back at once')
  .requiredOption('--reason <text>', 'why')
  .action(run((shell, args, options) => import('./commands/tell.ts').then((one) => one.reject(shell, args, options))))
command('abort <environment>', 'end the open run; after the first change that means a rollback')
  .requiredOption('--reason <text>', 'why')
  .action(run((shell, args, options) => import('./commands/tell.ts').then((one) => one.abort(shell, args, options))))
command('decide <environment> <answer>', 'answer the question the run waits for')
  .requiredOption('--reason <text>', 'why')
  .option('--question <id>', 'the question (default: the one that is asked)')
  .action(run((shell, args, options) => import('./commands/tell.ts').then((one) => one.decide(shell, args, options))))
command('extend <environment> <duration>', 'watch longer, e.g. 10m')
  .requiredOption('--reason <text>', 'why')
  .action(run((shell, args, options) => import('./commands/tell.ts').then((one) => one.extend(shell, args, options))))
command('lock <environment>', 'hold an environment: nobody deploys')
  .requiredOption('--reason <text>', 'why')
  .option('--until <time>', 'RFC 3339 time or a duration such as 2h (default: until unlocked)')
  .action(run((shell, args, options) => import('./commands/hold.ts').then((one) => one.lock(shell, args, options))))
command('unlock <environment>', 'end a hold').action(
  run((shell, args, options) => import('./commands/hold.ts').then((one) => one.unlock(shell, args, options))),
)
command('clear <environment> <version>', 'let a rolled-back release be deployed again')
  .requiredOption('--reason <text>', 'why')
  .action(run((shell, args, options) => import('./commands/hold.ts').then((one) => one.clear(shell, args, options))))
command('history [environment]', 'deployments and rollbacks, or one of them by its id')
  .option('-n, --limit <count>', 'how many', '20')
  .action(
    run((shell, args, options) => import('./commands/history.ts').then((one) => one.history(shell, args, options))),
  )
command('log [environment]', "the runbook's deployment log")
  .option('-n, --limit <count>', 'how many', '20')
  .action(run((shell, args, options) => import('./commands/history.ts').then((one) => one.log(shell, args, options))))
command('check <environment>', 'run the health checks and the six verification steps now; changes nothing').action(
  run((shell, args, options) => import('./commands/check.ts').then((one) => one.check(shell, args, options))),
)
command('marker <action> <environment>', 'create | verify | show: the marker of a manual deployment')
  .option('--version <version>', 'version deployed by hand (create)')
  .option('--commit <commit>', 'its commit (create)')
  .action(run((shell, args, options) => import('./commands/marker.ts').then((one) => one.marker(shell, args, options))))
command('validate', 'check the configuration: every problem with file, line and column').action(
  run((shell, args, options) => import('./commands/validate.ts').then((one) => one.validate(shell, args, options))),
)
command('dev', 'Temporal, Postgres, a worker and this host, on loopback, under .belay/').action(
  run((shell, args, options) => import('./commands/dev.ts').then((one) => one.dev(shell, args, options))),
)
command('worker', 'serve workflows, activities and hosts')
  .option('--host <name>', 'a host this worker is the agent of', collect, [])
  .action(run((shell, args, options) => import('./commands/worker.ts').then((one) => one.worker(shell, args, options))))
command('doctor', 'what Belay needs, what is there, and how to get the rest').action(
  run((shell, args, options) => import('./commands/doctor.ts').then((one) => one.doctor(shell, args, options))),
)

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitWith(shell, error)
}

export type Options = Readonly<Record<string, unknown>>
type Action = (shell: Shell, args: readonly string[], options: Options) => Promise<number>

function command(usage: string, description: string): Command {
  return program.command(usage).description(description)
}

/** commander hands over positional arguments, then options, then itself; a command answers with an exit code. */
function run(action: Action) {
  return async (...given: unknown[]): Promise<void> => {
    const self = given.at(-1)
    if (!(self instanceof Command)) throw new TypeError('commander changed its calling convention')
    process.exitCode = await action(shell, self.args, self.optsWithGlobals())
  }
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}
