/**
 * Whether two names mean one person: the same address where both have one (`Ann <ann@example.com>`, `ann@example.com`),
 * else the same words; upper and lower case are the same. Two spellings of one person without an address are two.
 */
export function isSamePerson(one: string, other: string): boolean {
  const [a, b] = [addressOf(one), addressOf(other)]
  return a !== null && b !== null ? a === b : plain(one) === plain(other)
}

function addressOf(name: string): string | null {
  return /<?([^\s<>]+@[^\s<>]+)>?$/.exec(name.trim())?.[1]?.toLowerCase() ?? null
}

function plain(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase()
}
