import type { AddCommand } from './command.ts'

/** For every command that says something in somebody's name; told where most people meet it. */
const keyHelp = `
Where an environment has \`identity: ssh\`, this, reject, decide, abort, extend, deploy, rollback and whatever holds or
frees the environment are signed with your SSH key: --key, BELAY_SSH_KEY, git's user.signingkey (with gpg.format ssh),
the only key of ssh-agent, or ~/.ssh/id_ed25519, the first that there is. The workers must have it under the name that
--by says.`

export function signing(add: AddCommand): void {
  add('sign <environment> <item...>', 'sign items as checked by you', () =>
    import('../commands/tell.ts').then((one) => one.sign),
  )
    .option('--note <text>', 'what you saw')
    .option('--link <url>', 'evidence')
    .addHelpText('after', keyHelp)
  add('reject <environment> <item>', 'refuse an item: everything comes back at once', () =>
    import('../commands/tell.ts').then((one) => one.reject),
  ).requiredOption('--reason <text>', 'why')
  add('decide <environment> <answer>', 'answer the question the run waits for', () =>
    import('../commands/tell.ts').then((one) => one.decide),
  )
    .requiredOption('--reason <text>', 'why')
    .option('--question <id>', 'the question (default: the one that is asked)')
  add('abort <environment>', 'end the open run; after the first change that means a rollback', () =>
    import('../commands/tell.ts').then((one) => one.abort),
  ).requiredOption('--reason <text>', 'why')
  add('extend <environment> <duration>', 'watch longer, e.g. 10m', () =>
    import('../commands/tell.ts').then((one) => one.extend),
  ).requiredOption('--reason <text>', 'why')
}
