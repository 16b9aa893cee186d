import { Command } from 'commander'
import { helpText } from '../help-text.ts'
import { harmlessIn } from '../shell/harmless.ts'
import type { Shell } from '../shell/shell.ts'
import type { Action, AddCommand } from './command.ts'
import { configuring } from './configuring.ts'
import { deploying } from './deploying.ts'
import { holding } from './holding.ts'
import { looking } from './looking.ts'
import { serving } from './serving.ts'
import { signing } from './signing.ts'

/** The command line: its groups in the order in which `--help` lists them. `end` is told a command's exit code. */
export function createProgram(shell: Shell, end: (exitCode: number) => void): Command {
  const program = new Command('belay')
    .description('Deployments that cannot forget the checklist, and come back by themselves.')
    .option('-c, --config <file>', 'configuration file', 'belay.yaml')
    .option('--json', 'print data instead of words')
    .option('--by <name>', 'who you are (default: git user.email, then the login name)')
    .option('--key <file>', 'SSH key that proves it, where names must be proven (default: see belay help sign)')
    .showSuggestionAfterError()
    .showHelpAfterError('Next: belay --help, or belay help <command>')
    .addHelpText('after', helpText)
    .configureOutput({ writeErr: (text) => void process.stderr.write(harmlessIn(shell.environment)(text)) })
    .exitOverride((error) => {
      throw error
    })
  const add: AddCommand = (usage, description, load, options) =>
    program
      .command(usage, options)
      .description(description)
      .showHelpAfterError(`Next: belay help ${usage.split(' ', 1)[0]}`)
      .action(runWith(shell, load, end))
  const groups = {
    'Deploy and go back:': deploying,
    'Answer what a run asks:': signing,
    'See what happens and what happened:': looking,
    'Hold an environment:': holding,
    'Set up a service:': configuring,
    'Run Belay:': serving,
  }
  for (const [heading, register] of Object.entries(groups)) {
    program.commandsGroup(heading)
    register(add)
  }
  return program
}

/** commander hands over positional arguments, then options, then itself. */
function runWith(shell: Shell, load: () => Promise<Action>, end: (exitCode: number) => void) {
  return async (...given: unknown[]): Promise<void> => {
    const self = given.at(-1)
    if (!(self instanceof Command)) throw new TypeError('commander changed its calling convention')
    const action = await load()
    end(await action(shell, self.args, self.optsWithGlobals()))
  }
}
