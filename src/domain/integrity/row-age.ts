/**
 * Was a row written from transaction `since` on? Row headers hold the low 32 bits of a transaction's number, for ever:
 * freezing sets a mark beside them. Seen from `next` (the first number that nobody has), what lies in the circle from
 * `since` up to `next` was written since; all else is older. A row frozen one or more turns ago may seem to lie in it:
 * then it counts as written, which may leave a question open and never proves too much.
 * @returns a condition over the row's `xmin`, as SQL (bytes compare as unsigned numbers do, and in parallel workers);
 * null: a whole turn has passed, or it is another server's numbers
 */
export function writtenSince(since: string, next: string): string | null {
  const [from, to] = [BigInt(since), BigInt(next)]
  if (to < from || to - from >= turn) return null
  if (to === from) return 'false'
  const [low, high] = [bytes(from), bytes(to)]
  const xmin = 'xidsend(xmin)'
  // In its first turn nothing can lie beyond `next`, and one comparison a row is cheaper than two.
  if (to < turn) return `(${xmin} >= ${low})`
  if (from % turn <= to % turn) return `(${xmin} >= ${low} and ${xmin} < ${high})`
  // Below three are the permanent ones: written when the cluster was made, or before a very old upgrade.
  return `(${xmin} >= ${low} or ${xmin} >= ${bytes(3n)} and ${xmin} < ${high})`
}

/**
 * The same, but rows of `settled` writers (transaction numbers as rows hold them) are old: they lie in the window only
 * because some other transaction was still running when it began.
 */
export function writtenAfter(written: string, settled: readonly string[]): string {
  if (settled.length === 0) return written
  const writers = settled.map((transaction) => bytes(BigInt(transaction)))
  return `(${written} and xidsend(xmin) <> all (array[${writers.join(', ')}]))`
}

/** Was a row written by one of these, and by nobody after it? As SQL. */
export function writtenBy(transactions: readonly string[]): string {
  if (transactions.length === 0) return 'false'
  return `xidsend(xmin) = any (array[${transactions.map((one) => bytes(BigInt(one))).join(', ')}])`
}

const turn = 2n ** 32n

function bytes(transaction: bigint): string {
  return `'\\x${(transaction % turn).toString(16).padStart(8, '0')}'::bytea`
}
