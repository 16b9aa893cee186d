import type { EnvironmentVariables } from '../../src/domain/reference.ts'
/**
 * What a program gets from the worker's own environment: what any login has, and how to reach the network. The rest of
 * it, secrets included, must be asked for by reference.
 */
export function inheritedEnvironment(environment: EnvironmentVariables): Record<string, string> {
  const inherited: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isInherited(name)) inherited[name] = value
  }
  return inherited
}

/** Values that must not be seen in anything a program prints: those it was given by reference, and telling names. */
export function secretsIn(environment: EnvironmentVariables, given: readonly string[]): string[] {
  const telling = Object.entries(environment).flatMap(([name, value]) =>
    value && tellingName.test(name) ? [value] : [],
  )
  const secrets = [...given, ...telling].flatMap((value) => [value, ...passwordsIn(value)])
  // Longest first, or a secret inside another one would leave the rest of it readable.
  return [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length)
}

const tellingName = /SECRET|TOKEN|PASSW|API_?KEY|PRIVATE_?KEY|CREDENTIAL|DATABASE_URL/i

const names = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'GIT_SSL_CAINFO',
])
const families = /^(LC_|XDG_)|^(https?|no|all)_proxy$/i
/** Where packages come from; not the rest, which describes the npm run that started the worker. */
const packages =
  /^npm_config_(registry|ca|cafile|strict_ssl|userconfig|globalconfig|cache|(https_)?proxy|noproxy|[_@/].*)$/i

function isInherited(name: string): boolean {
  return names.has(name) || families.test(name) || packages.test(name)
}

/** A URL's password is a secret by itself: drivers print it without the rest. */
function passwordsIn(value: string): string[] {
  if (!URL.canParse(value)) return []
  const { password } = new URL(value)
  if (password === '') return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
