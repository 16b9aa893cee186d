/** What a system or network error means, in a few words, for the `got` of a sample. */
export function errorWords(error: unknown): string {
  // Several addresses were tried (localhost: IPv6, IPv4): the first one speaks for all.
  if (error instanceof AggregateError && error.errors.length > 0) return errorWords(error.errors[0])
  if (!(error instanceof Error)) return 'something that is no error was thrown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  const known = code === null ? undefined : knownCodes[code]
  if (known) return known
  return code === null ? error.message : `${error.message} (${code})`
}

const knownCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  UND_ERR_SOCKET: 'connection closed before the reply was complete',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'host name lookup failed',
  ENOENT: 'no such file or program',
  EACCES: 'permission denied',
  EISDIR: 'a directory is there',
}
