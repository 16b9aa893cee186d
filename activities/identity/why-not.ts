import { signatureNamespace } from '../../src/domain/identity/identity.ts'
import { isAuthority, isPattern, type SignerLine } from './allowed-signers.ts'

/** Why ssh-keygen does not take a signature that is sound in itself: read from the lines of `allowed_signers`. */
export function whyNotAllowed(
  { key, by, now }: { key: string; by: string; now: Date },
  lines: readonly SignerLine[],
): string {
  const own = lines.filter((line) => line.key === key && !isAuthority(line))
  const named = own.filter(({ principals }) => principals.includes(by) && !principals.some(isPattern))
  if (named.length > 0) return named.map((line) => whyNotLine(line, by, now)).join('; ')
  const pattern = own.find(({ principals }) => principals.some(isPattern))
  if (pattern) {
    return `the key stands in line ${pattern.number} of allowed_signers under a pattern (${pattern.principals.join(',')}): its holder could be anybody; name ${by} there`
  }
  const others = [...new Set(own.flatMap(({ principals }) => principals))]
  if (others.length > 0) return `the key is that of ${others.join(', ')}, not of ${by}`
  const known = lines.some(({ principals }) => principals.includes(by))
  return known
    ? `the key is none of those that allowed_signers has for ${by}`
    : `allowed_signers of this worker has no key of ${by}`
}

function whyNotLine({ number, options }: SignerLine, by: string, now: Date): string {
  const [after, before] = [timeIn(options, 'valid-after'), timeIn(options, 'valid-before')]
  const today = stamp(now)
  if (before !== null && today > padded(before)) return `the key of ${by} has expired (valid-before ${before})`
  if (after !== null && today < padded(after)) return `the key of ${by} is not valid yet (valid-after ${after})`
  const kept = /(?:^|,)namespaces="([^"]*)"/i.exec(options)?.[1]
  if (kept !== undefined && !kept.split(',').includes(signatureNamespace)) {
    return `the key of ${by} is kept for ${kept} and not for ${signatureNamespace} (namespaces, line ${number} of allowed_signers)`
  }
  return `ssh-keygen does not take the key of ${by} by line ${number} of allowed_signers (${options || 'no options'})`
}

function timeIn(options: string, name: string): string | null {
  return new RegExp(`(?:^|,)${name}="?(\\d{8,14}Z?)"?`, 'i').exec(options)?.[1] ?? null
}

/** `20261126143000Z`, as ssh-keygen reads times. */
export function stamp(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
}

function padded(time: string): string {
  return `${time.replace('Z', '').padEnd(14, '0')}Z`
}
