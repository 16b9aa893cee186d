import { resolve } from 'node:path'
import type { TrustedKeys } from '../../activities/identity/verify.ts'
import { Usage } from '../client/errors.ts'
import type { EnvironmentVariables } from '../domain/reference.ts'

/** Whose keys a worker knows, and where it believes nobody without one. */
export type ProvenNames = {
  /** `BELAY_ALLOWED_SIGNERS` and `BELAY_REVOKED_KEYS`, absolute. */
  keys: TrustedKeys
  /** `BELAY_SSH_ENVIRONMENTS`, names with commas between: there proofs are demanded whatever a plan says. */
  sshEnvironments: readonly string[]
}

/** A worker of an environment that demands proofs and has no keys could only refuse: said when it starts. */
export function provenNames(environment: EnvironmentVariables, directory: string): ProvenNames {
  const [allowed, revoked] = [environment.BELAY_ALLOWED_SIGNERS, environment.BELAY_REVOKED_KEYS]
  const sshEnvironments = (environment.BELAY_SSH_ENVIRONMENTS ?? '').split(',').flatMap((name) => name.trim() || [])
  for (const [name, set] of Object.entries({
    BELAY_REVOKED_KEYS: revoked,
    BELAY_SSH_ENVIRONMENTS: sshEnvironments[0],
  })) {
    if (!set || allowed) continue
    throw new Usage(
      `${name}: expected BELAY_ALLOWED_SIGNERS with it (an allowed_signers file, see ssh-keygen(1)), got none`,
    )
  }
  return {
    keys: {
      allowedSigners: allowed ? resolve(directory, allowed) : null,
      revokedKeys: revoked ? resolve(directory, revoked) : null,
    },
    sshEnvironments,
  }
}
