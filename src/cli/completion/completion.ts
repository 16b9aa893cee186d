import { RootCommand } from '@bomb.sh/tab'
import tab from '@bomb.sh/tab/commander'
import { Command } from 'commander'
import { bashScript } from './bash.ts'

/** What a place on the command line can be filled with: by the name of an argument, or of an option (`--env`). */
export type Slot = { command: string; name: string }
export type Values = (slot: Slot) => readonly string[]

/*
 * The one file that knows the completion library, which is younger than 1.0. It reads the commands and options from
 * commander; which values a place takes is ours.
 */

/** What a shell loads once, for `belay` on the PATH. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  if (shell === 'bash') return bashScript
  return captured(() => new RootCommand().setup('belay', 'belay', shell)).join('\n')
}

/** The place that the last of the words stands at; null: a command's or an option's name. */
export function slotOf(program: Command, words: readonly string[]): Slot | null {
  const asked: Slot[] = []
  answers(program, words, (slot) => {
    asked.push(slot)
    return []
  })
  return asked.at(-1) ?? null
}

/** One candidate a line with its description, and the library's directive at the end: what its scripts read. */
export function answers(program: Command, words: readonly string[], values: Values): string[] {
  const root = withValues(tab(copyOf(program), { completionCommandName: 'completion' }), values)
  return captured(() => root.parse([...words]))
}

/** The library adds commands of its own to what it reads. */
function copyOf(program: Command): Command {
  const copy = new Command(program.name())
  for (const option of program.options) copy.addOption(option)
  const own = program.createHelp().visibleCommands(program)
  for (const command of own) if (!['completion', 'help'].includes(command.name())) copy.addCommand(command)
  return copy
}

function withValues(root: RootCommand, values: Values): RootCommand {
  for (const [name, command] of [['', root] as const, ...root.commands]) {
    const fill = (slot: string) => (complete: (value: string, description: string) => void) => {
      for (const value of values({ command: name, name: slot })) complete(value, '')
    }
    // What belongs to the whole program may stand behind a command as well.
    for (const [option, each] of root.options) if (!command.options.has(option)) command.options.set(option, each)
    for (const [argument, each] of command.arguments) each.handler = fill(argument)
    for (const [option, each] of command.options) if (!each.isBoolean) each.handler = fill(`--${option}`)
  }
  return root
}

/** The library prints by itself, and at once. */
function captured(work: () => void): string[] {
  const lines: string[] = []
  const { log } = console
  console.log = (line: unknown) => void lines.push(String(line))
  try {
    work()
    return lines
  } finally {
    console.log = log
  }
}
