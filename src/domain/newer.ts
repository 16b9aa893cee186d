/**
 * Whether `version` comes after `other` in the order of semantic versions, also with fewer or more numbers than three;
 * what follows a `+` does not count. null: one of them is not made of numbers, so nobody can tell.
 */
export function isNewer(version: string, other: string): boolean | null {
  const [a, b] = [partsOf(version), partsOf(other)]
  if (a === null || b === null) return null
  return (firstDifference(a.numbers, b.numbers) || byPrerelease(a.prerelease, b.prerelease)) > 0
}

type Parts = { numbers: readonly string[]; prerelease: readonly string[] }

const shape = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/

/** No real version is longer (`version.ts`): a longer one comes from elsewhere. */
const longest = 64

function partsOf(version: string): Parts | null {
  const [, numbers, prerelease] = shape.exec(version.length > longest ? '' : version) ?? []
  if (numbers === undefined) return null
  return { numbers: numbers.split('.'), prerelease: prerelease?.split('.') ?? [] }
}

/** A missing number is 0. */
function firstDifference(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = byNumber(a[at] ?? '0', b[at] ?? '0')
    if (difference !== 0) return difference
  }
  return 0
}

/** A version without one is the finished one, and comes later. */
function byPrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = byIdentifier(a[at], b[at])
    if (difference !== 0) return difference
  }
  return 0
}

function byIdentifier(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOtherNumber) return byNumber(a, b)
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}

/** Dates and hashes as numbers are longer than what a double holds. */
function byNumber(a: string, b: string): number {
  const [one, other] = [BigInt(a), BigInt(b)]
  return one === other ? 0 : one < other ? -1 : 1
}
