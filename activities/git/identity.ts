/** Belay writes its objects under its own name: the person is named in the text. Times are UTC. */
export function asTagger(at: Date): string {
  return `tagger ${signature(at)}`
}

export function asAuthorAndCommitter(at: Date): string {
  return `author ${signature(at)}\ncommitter ${signature(at)}`
}

/** `Key: value` on one line, whatever the value holds. */
export function trailerOf(key: string, value: string): string {
  return `${key}: ${value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?')}`
}

function signature(at: Date): string {
  return `Belay <belay@localhost> ${Math.floor(at.getTime() / 1_000)} +0000`
}
