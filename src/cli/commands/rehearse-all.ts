import { tmpdir } from 'node:os'
import { counted } from '../../domain/counted.ts'
import { words } from '../../domain/reason.ts'
import { isSound } from '../../domain/rehearsal/answer.ts'
import type { RehearsedMigration } from '../../domain/rehearsal/rehearsal.ts'
import { rehearsalRow } from '../../domain/rehearsal/text.ts'
import { rehearsalTotals } from '../../domain/rehearsal/totals.ts'
import { rehearseWholeHistory } from '../../worker/rehearse-history.ts'
import { exitCodes } from '../exit.ts'
import { historyAsked } from '../history-asked.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** A whole history, each migration forth, back and forth again, in this process; what ends it early drops what it made. */
export async function rehearseAll(shell: Shell, options: Options): Promise<number> {
  const { release, url } = await historyAsked(shell, options)
  const ended = new AbortController()
  let unread = false
  shell.leaving((why) => {
    unread ||= why === 'closed'
    if (!unread) shell.say(why === 'again' ? mayBeLeft(url) : 'interrupted: dropping the scratch database, a moment')
    ended.abort()
  })
  const progress = progressIn(shell, options.json === true)
  try {
    const { environment } = shell
    const rehearsal = await rehearseWholeHistory({ release, url, environment, ...progress, signal: ended.signal })
    if (options.json === true)
      shell.print(JSON.stringify({ schema: 1, sound: isSound(rehearsal), ...rehearsal }, null, 2))
    else for (const { text, look } of rehearsalTotals(rehearsal, rehearsal.notRead)) shell.print(text, look)
    if (rehearsal.left !== null)
      shell.say(`left on the server: ${rehearsal.left}; drop it before the next rehearsal, or it is in the way`)
    return isSound(rehearsal) ? exitCodes.done : exitCodes.failed
  } catch (error) {
    if (!ended.signal.aborted || error !== ended.signal.reason) throw error
    if (!unread) shell.say(`left before the end, ${progress.tried()} tried; the scratch database is dropped`)
    return exitCodes.detached
  } finally {
    progress.end()
  }
}

function mayBeLeft(url: string | null): string {
  if (url === null)
    return `interrupted again: ${tmpdir()}/belay-scratch-* may be left; the next belay rehearse without --url removes it`
  const { host } = new URL(url)
  return `interrupted again: a database belay_scratch_* may be left at ${host}; the next belay rehearse on that server drops it`
}

/** Rows as they come; a word on standard error for one that takes long. */
function progressIn(shell: Shell, asData: boolean) {
  let [names, heard, since]: [readonly string[], number, number] = [[], 0, performance.now()]
  const tried = () => `${heard} of ${names.length}`
  const patience = setInterval(() => {
    const forMs = performance.now() - since
    if (forMs > 10_000) shell.say(`${tried()} are tried, the next one for ${words(forMs)}`)
  }, 10_000)
  return {
    found(all: readonly string[]) {
      names = all
      if (!asData) shell.say(`${counted(all.length, 'migration')}: forth, back and forth again on an empty database`)
    },
    heard(migration: RehearsedMigration) {
      heard += 1
      since = performance.now()
      if (asData) return
      const width = Math.min(40, Math.max(...names.map(({ length }) => length)))
      for (const { text, look } of rehearsalRow(migration, width)) shell.print(text, look)
    },
    tried,
    end: () => clearInterval(patience),
  }
}
