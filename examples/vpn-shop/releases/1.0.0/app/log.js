/** One line: time in UTC, level, words. */
export function log(level, text) {
  console.log(`${new Date().toISOString()} ${level} ${text.replace(/\s+/g, ' ')}`)
}
