/** What the work answers, or `late`; the work itself is not stopped. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | 'late'> {
  const waited = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => waited.resolve('late'), limitMs)
  try {
    return await Promise.race([work, waited.promise])
  } finally {
    clearTimeout(timer)
  }
}
