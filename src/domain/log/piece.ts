/** Where reading goes on: a file by its identity, so that rotation is noticed, and a byte in it. `gone`: the reader was already told that it is away. */
export type LogCursor = { file: string; offset: number; gone?: true }

/** What there is to read in one place: a host, or null: the worker that answers evidence commands. */
export type LogList = { host: string | null; logs: readonly LogSource[] }

/** `missing`: why it could not be asked, in words; null: it answered. */
export type LogAnswer = LogList & { missing: string | null }

export type LogSource = {
  name: string
  kind: 'step' | 'process'
  bytes: number
  /** RFC 3339; null: nothing was printed yet. */
  changedAt: string | null
  /** Where else to look, for a process whose output Belay does not keep (systemd, own commands). */
  elsewhere: string | null
}

/** At most 64 KB of one log. */
export type LogPiece = {
  text: string
  cursor: LogCursor | null
  /** There is more to read right away. */
  more: boolean
  /** Nothing will ever follow: the step has ended. */
  ended: boolean
  /** Rotated, truncated, gone: in words. */
  note: string | null
}
