import type { Section } from '../../domain/dossier/section.ts'
import type { Shell } from '../shell/shell.ts'

/** A headline, headings with their lines, and at the end the next command. */
export function printSections(shell: Shell, headline: string, sections: readonly Section[], next: string | null): void {
  shell.print(headline, 'title')
  for (const { title, lines } of sections) {
    shell.print('')
    shell.print(title, 'title')
    for (const line of lines) shell.print(`  ${line}`)
  }
  if (next === null) return
  shell.print('')
  shell.print(next)
}
