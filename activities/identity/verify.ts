import { readFile } from 'node:fs/promises'
import { signatureNamespace } from '../../src/domain/identity/identity.ts'
import { longestName } from '../../src/domain/message.ts'
import { oneLine } from '../../src/domain/one-line.ts'
import { linesFor, parseSigners } from './allowed-signers.ts'
import { askSshKeygen, withFiles } from './ssh-keygen.ts'
import { readSignature } from './ssh-signature.ts'
import { stamp, whyNotAllowed } from './why-not.ts'

/** Whose keys a worker knows: two files that are kept with it, and in no service's repository. */
export type TrustedKeys = {
  /** OpenSSH's `allowed_signers`, absolute; null: this worker believes nobody. */
  allowedSigners: string | null
  /** A key revocation list, or public keys one a line; null: none is revoked. */
  revokedKeys: string | null
}

/** `key`: fingerprint of the key that signed, as `ssh-keygen -l` prints it; absent: answered by an earlier version. */
export type Verdict = { proven: true; key?: string } | { proven: false; why: string }

/**
 * Did the holder of a key of `by` sign this very statement for Belay? The files are read each time, so that a key that was
 * taken out or revoked is worth nothing at once, and what counts is the worker's time, not the one that was claimed.
 */
export async function verifySignature(
  { statement, by, signature }: { statement: string; by: string; signature: string },
  { keys, path, now }: { keys: TrustedKeys; path: string | undefined; now: Date },
): Promise<Verdict> {
  if (oneLine(by) !== by || by.length > longestName) {
    return no(`expected a name of one line and at most ${longestName} characters, or the record would name another`)
  }
  const said = readSignature(signature)
  if (said === null) return no('expected a signature as `ssh-keygen -Y sign` writes it, got something else')
  if (said.namespace !== signatureNamespace) {
    return no(`the signature is for the namespace ${JSON.stringify(said.namespace)}, not for "${signatureNamespace}"`)
  }
  const trusted = await readTrusted(keys)
  if ('problem' in trusted) return no(trusted.problem)
  const lines = parseSigners(trusted.signers)
  const allowed = linesFor(by, lines).map(({ text }) => `${text}\n`)
  const files = { signature, allowed: allowed.join(''), ...(trusted.revoked !== null && { revoked: trusted.revoked }) }
  return await withFiles(files, async (file) => {
    const common = ['-n', signatureNamespace, '-s', file('signature')]
    const ask = (...args: string[]) => askSshKeygen(['-Y', ...args, ...common], { input: statement, path })
    if (!(await ask('check-novalidate')).ok) return no(altered)
    const signers = ['verify', '-f', file('allowed'), '-I', by, `-Overify-time=${stamp(now)}`]
    const known = allowed.length > 0 ? await ask(...signers) : null
    if (!known?.ok) return no(whyNotAllowed({ key: said.key, by, now }, lines))
    if (!('revoked' in files) || (await ask(...signers, '-r', file('revoked'))).ok) {
      return { proven: true, ...keyIn(known.said) }
    }
    return no(`the key of ${by} is revoked on this worker (or BELAY_REVOKED_KEYS is not what ssh-keygen can read)`)
  })
}

/** `Good "belay" signature for ann with ED25519 key SHA256:...`; of a certificate it names the key that is certified. */
function keyIn(said: string): { key?: string } {
  const key = / key (SHA256:[A-Za-z0-9+/]{43})/.exec(said)?.[1]
  return key === undefined ? {} : { key }
}

const altered =
  'the signature is not over this: it was made for another deployment, item, answer or plan, or it was altered on the way'

function no(why: string): Verdict {
  return { proven: false, why }
}

type Trusted = { signers: string; revoked: Buffer | null } | { problem: string }

/** A revocation list that cannot be read revokes, for all anybody knows, everything. */
async function readTrusted({ allowedSigners, revokedKeys }: TrustedKeys): Promise<Trusted> {
  if (allowedSigners === null) {
    return { problem: `this worker knows nobody's keys; next: ${settingUp}` }
  }
  try {
    const signers = await readFile(allowedSigners, 'utf8')
    return { signers, revoked: revokedKeys === null ? null : await readFile(revokedKeys) }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return { problem: `the keys of this worker cannot be read (${what}); next: ${settingUp}` }
  }
}

const settingUp =
  'set BELAY_ALLOWED_SIGNERS to an allowed_signers file on the machine of `belay worker`, and start it again'
