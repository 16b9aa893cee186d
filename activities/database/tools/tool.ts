import type pg from 'pg'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../../src/domain/reference.ts'

/** A migration tool: one file, and one line in `tools.ts`. Nothing it says counts as proof; history and catalog are read back. */
export type MigrationTool = {
  /** Advisory lock that the tool takes by itself; free means that nothing of it runs any more. null: it takes none. */
  ownLock: string | null
  /**
   * Its migrations are programs, which may need what lies beside them: they run where they are in the release, once
   * their files are proven equal to the snapshot. Absent: the snapshot itself is read and run.
   */
  scripts?: true
  /** The migrations of a release, in the tool's order. Throws when the directory is not there or makes no sense. */
  files(release: Release, target: Target): Promise<MigrationFile[]>
  /** The migrations that these files (text by path below the directory) hold, unsorted; files that are none are left out. */
  read(texts: ReadonlyMap<string, string>): MigrationFile[]
  /** Why the history cannot be trusted, in words: the tool's own mark of a run that failed half way. null: it can. */
  dirty(client: pg.ClientBase, settings: MigrationSettings): Promise<string | null>
  /** What is applied, oldest first; nothing while there is no history table. */
  history(target: Target, asked: AskedHistory): Promise<string[]>
  /** Why this release's migrations cannot be run here; null: they can. */
  cannotRun(release: Release, environment: Target['environment']): Promise<string | null>
  /** Makes the history table where the tool itself does not. */
  prepare(client: pg.ClientBase, settings: MigrationSettings): Promise<void>
  up(run: ToolRun): Promise<void>
  down(run: ToolRun): Promise<void>
}

export type MigrationSettings = DatabasePlan['migrations']

/** A database, and what a tool's own process may see when it is run against it; `url` goes nowhere else. */
export type Target = {
  client: pg.ClientBase
  url: string
  environment: EnvironmentVariables
  /** Is shown what the tool's own process prints; absent: it goes to standard output, the log of a detached program. */
  shown?: (text: string) => void
}

export type AskedHistory = {
  settings: MigrationSettings
  /** Whose files name what the history holds, and whose tool tells it where there is no table; null: nobody knows one. */
  release: Release | null
  /** Names that are remembered: a history may hold less than a name, and their files may lie in other releases. */
  known: readonly string[]
}

/** `migrations`: where its migration files are read, absolute: a snapshot; absent: the release's own directory. */
export type Release = { releaseDirectory: string; settings: MigrationSettings; migrations?: string }

export type MigrationFile = {
  name: string
  /** Over its statements; comments may change. */
  sha256: string
  /** Over all its bytes: where only this differs, comments were edited. */
  bytes: string
  /** `disabled`: the tool was told that there is none. */
  wayBack: 'there' | 'missing' | 'empty' | 'disabled'
  /** Why there is none, as its author says in the file (`-- belay: no way back: why`); null: nothing is declared. */
  noWayBack: string | null
  /** Its SQL as it stands, for warnings with line numbers; empty: it is no SQL. */
  sections: readonly MigrationSection[]
  /** A statement of the up that destroys values, in a few words. A static look: what is not seen is not proven. */
  destroys: string | null
  /** Why it cannot be run, e.g. its own COMMIT. */
  problem: string | null
  /** `ours`: statements and history row in the transaction that is open on the client. `own`: the tool sees to it. */
  up: 'ours' | 'own'
  down: 'ours' | 'own'
  /** One that was cut off can be taken up where it stopped. */
  resumes: boolean
}

/** `firstLine`: of `sql` in `file` (path below the migration directory), from 1. */
export type MigrationSection = { way: 'up' | 'down'; file: string; firstLine: number; sql: string }

export type ToolRun = Release &
  Target & {
    file: MigrationFile
    /** How far an earlier run came that was killed in the middle of this one; null: it never began. */
    earlier: Progress | null
    note(progress: Progress | null): Promise<void>
  }

/**
 * `done` statements are done; `began`: the next one was begun on this catalog (fingerprint), and its end is not known;
 * `indexes`: those there were then.
 */
export type Progress = { done: number; began: string | null; indexes?: string[] | undefined }
