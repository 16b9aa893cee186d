/** One line of `allowed_signers`; the format is ssh-keygen's own. */
export type SignerLine = {
  /** From 1. */
  number: number
  text: string
  principals: readonly string[]
  /** `cert-authority,valid-before="20270101Z"`; empty: none. */
  options: string
  /** The public key, base64. */
  key: string
}

/** Reads what ssh-keygen would read; what is no such line is left to it to complain about. */
export function parseSigners(text: string): SignerLine[] {
  return text.split('\n').flatMap((line, index) => {
    const [principals = '', ...fields] = fieldsOf(line)
    const at = fields.findIndex((field) => keyType.test(field))
    const key = fields[at + 1]
    if (principals.startsWith('#') || at < 0 || key === undefined) return []
    const names = principals.replace(/^"(.*)"$/, '$1').split(',')
    return [{ number: index + 1, text: line.trim(), principals: names, options: fields.slice(0, at).join(' '), key }]
  })
}

/**
 * The lines that may speak for this very name. A pattern (`*@example.com`) would let the holder of its key be anybody, so
 * it counts only for a certificate authority, whose certificates name the person themselves.
 */
export function linesFor(name: string, lines: readonly SignerLine[]): SignerLine[] {
  return lines.filter((line) =>
    isAuthority(line) ? !/[*?!,\s]/.test(name) : line.principals.includes(name) && !line.principals.some(isPattern),
  )
}

export function isAuthority({ options }: SignerLine): boolean {
  return /(^|,)cert-authority(,|$)/i.test(options)
}

export function isPattern(principal: string): boolean {
  return /[*?!]/.test(principal)
}

/** Blanks part fields, but not inside quotes. */
function fieldsOf(line: string): string[] {
  return line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []
}

const keyType = /^(ssh-|ecdsa-|sk-ssh-|sk-ecdsa-)/
