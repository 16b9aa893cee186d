/** What an armored signature says of itself, before anybody has verified it. */
export type SshSignature = { key: string; namespace: string }

/** null: it is none (see PROTOCOL.sshsig of OpenSSH: magic, version, public key, namespace, ...). */
export function readSignature(armored: string): SshSignature | null {
  const body = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored)?.[1]
  if (body === undefined) return null
  const bytes = Buffer.from(body.replaceAll('\n', ''), 'base64')
  if (bytes.subarray(0, 6).toString('latin1') !== 'SSHSIG' || bytes.length < 10 || bytes.readUInt32BE(6) !== 1)
    return null
  const key = textAt(bytes, 10)
  const namespace = key && textAt(bytes, 10 + 4 + key.length)
  return key && namespace ? { key: key.toString('base64'), namespace: namespace.toString('utf8') } : null
}

/** A length of four bytes, then as many. */
function textAt(bytes: Buffer, at: number): Buffer | null {
  if (at + 4 > bytes.length) return null
  const end = at + 4 + bytes.readUInt32BE(at)
  return end > bytes.length ? null : bytes.subarray(at + 4, end)
}
