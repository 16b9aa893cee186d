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
 * Whether they may be one person, as where somebody may not do something: leaving the address out makes nobody another,
 * nor does naming a second one. `Ann` may be `Ann <ann@example.com>`, and `ann` may be `ann@example.com`. Two who are
 * named alike are told apart by their addresses, where both give them.
 */
export function mayBeSamePerson(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)]
  if (a.address !== null && b.address !== null) return a.addresses.some((address) => b.addresses.includes(address))
  return a.names.some((name) => b.names.includes(name))
}

/** `address`: the last one that is given. `names`: what the person is called, and what stands before an @. */
function partsOf(text: string): { address: string | null; addresses: readonly string[]; names: readonly string[] } {
  const said = plain(text)
  const addresses = said.match(anAddress) ?? []
  if (addresses.length === 0) return { address: null, addresses, names: [said] }
  const name = said.replace(anAddress, '').replace(/[<>]/g, '').trim()
  const names = [name, ...addresses.map((address) => address.replace(/@.*$/, ''))]
  return { address: addresses.at(-1) ?? null, addresses, names: names.filter((one) => one !== '') }
}

/** Wherever it stands, without what people and programs write around it: quotes, brackets, `mailto:`, a final dot. */
const anAddress = /[\p{L}\p{N}_+][\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]*@[\p{L}\p{N}](?:[\p{L}\p{N}.:-]*[\p{L}\p{N}])?/gu

/** What nobody sees is dropped first: it may stand inside of what NFKC puts together. */
function plain(name: string): string {
  const visible = name.replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, (unit) =>
    /\s/.test(unit) ? ' ' : '',
  )
  return visible.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()
}
