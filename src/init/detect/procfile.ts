import type { Directory } from '../directory.ts'
import { splitCommand } from '../split-command.ts'

/** A line of a Procfile. `command` is null where only a shell could run it. */
export type Proc = { name: string; command: readonly string[] | null; line: string }

export function procfileOf({ texts }: Directory): { procs: readonly Proc[]; notes: readonly string[] } {
  const procs = (texts.get('Procfile') ?? '').split(/\r?\n/).flatMap(procOf)
  const notes = procs.flatMap(({ name, command }) => {
    if (name === 'release')
      return ['Procfile release: Belay runs no release command; migrations have a section of their own']
    return command === null ? [`Procfile ${name}: needs a shell; put the line into a script and name that`] : []
  })
  return { procs: procs.filter(({ name }) => name !== 'release'), notes }
}

function procOf(line: string): Proc[] {
  const match = /^([A-Za-z0-9_-]+):\s*(.+)$/.exec(line.trim())
  if (match === null) return []
  const [, name = '', text = ''] = match
  const split = splitCommand(text)
  return [{ name, line: text, command: 'value' in split ? split.value : null }]
}
