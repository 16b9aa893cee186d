/**
 * Whether two names mean one person for sure, as where only certain people may do something: the same address where
 * both have one (`Ann <ann@example.com>`, `ann@example.com`), else the same words. Case, spaces, invisible characters
 * and wide letters make no difference.
 */
export function isSamePerson(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)]
  return a.address !== null && b.address !== null ? a.address === b.address : plain(one) === plain(other)
}

/**
 * Whether they may be one person, as where somebody may not do something: leaving the address out makes nobody another.
 * `Ann` may be `Ann <ann@example.com>`, and `ann` may be `ann@example.com`. Two who are named alike are told apart by
 * their addresses, where both give them.
 */
export function mayBeSamePerson(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)]
  if (a.address !== null && b.address !== null) return a.address === b.address
  return a.names.some((name) => b.names.includes(name))
}

/** `names`: what the person is called, and what stands before the @ of the address. */
function partsOf(text: string): { address: string | null; names: readonly string[] } {
  const said = plain(text)
  const address = /<?([^\s<>]+@[^\s<>]+)>?$/.exec(said)?.[1] ?? null
  if (address === null) return { address, names: [said] }
  const name = said.replace(/<?[^\s<>]+@[^\s<>]+>?$/, '').trim()
  return { address, names: [name, address.replace(/@[^@]*$/, '')].filter((one) => one !== '') }
}

/** What nobody sees is dropped first: it may stand inside of what NFKC puts together. */
function plain(name: string): string {
  const visible = name.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
  return visible.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()
}
