/** What one statement, or one call of a script, does to what is there; `line` from 1 in its file. */
export type Act = {
  line: number
  does: Deed
  /** As people write it: `users`, `app.users`; `?` where a script computes it. */
  of: string
  /** The column, where it is about one. */
  column: string | null
  /** The type it gets, the kind of the constraint, or what kind of thing is dropped. */
  detail: string | null
}

export type Deed =
  | 'create'
  | 'add_column'
  | 'insert'
  | 'drop'
  | 'drop_column'
  | 'truncate'
  | 'delete'
  | 'update'
  | 'set_type'
  | 'set_not_null'
  | 'require_column'
  | 'constrain'
