import { styleText } from 'node:util'

/** A terminal on which lines can be drawn again. */
export type Screen = {
  write(text: string): void
  columns(): number
  rows(): number
  /** Answers with the way to stop being told. */
  onResize(tell: () => void): () => void
  colour: boolean
  unicode: boolean
}

type Surroundings = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>

/** null: what is written here is read later, or by a program, or the terminal cannot move its cursor. */
export function screenOf({ stdout, stderr, env }: Surroundings): Screen | null {
  const watched = stdout.isTTY === true && stderr.isTTY === true
  if (!watched || env.TERM === 'dumb' || isCi(env)) return null
  return {
    write: (text) => void stderr.write(text),
    columns: () => stderr.columns,
    rows: () => stderr.rows,
    onResize(tell) {
      stderr.on('resize', tell)
      return () => void stderr.off('resize', tell)
    },
    // Node's own rules: NO_COLOR, FORCE_COLOR, TERM.
    colour: styleText('bold', 'x', { stream: stderr }) !== 'x',
    unicode: /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || 'utf-8'),
  }
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
}
