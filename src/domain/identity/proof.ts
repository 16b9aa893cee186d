/**
 * What shows that a name is not only claimed: an SSH signature over a statement (see `identity.ts`), armored as
 * `ssh-keygen -Y sign` writes it, and the time in the statement (RFC 3339, UTC).
 */
export type Proof = { signature: string; at: string }
