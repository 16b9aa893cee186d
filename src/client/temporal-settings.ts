import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { EnvironmentVariables } from '../domain/reference.ts'
import { Usage } from './errors.ts'

/** Environment variables as a program got them. */
export type Environment = EnvironmentVariables

export type TemporalSettings = {
  /** `host:port` */
  address: string
  /** false: nobody said where, and `address` is where `belay dev` would be. */
  given: boolean
  namespace: string
  /** For `Connection.connect` and `NativeConnection.connect`. Holds keys: never print it. */
  options: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & { address: string }
  /** The address and how it is spoken to, for people, e.g. `host:7233 (TLS, client certificate)`; no key. */
  spoken: string
}

/**
 * How Temporal is reached, by its own settings: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS*`, or the profile `TEMPORAL_PROFILE` of its configuration file. An empty variable counts as not set: a
 * compose or environment file cannot leave one out. Throws {@link Usage} when they cannot work.
 */
export function temporalSettings(environment: Environment): TemporalSettings {
  const given = withoutEmpty(environment)
  requirePair(given, 'TEMPORAL_TLS_CLIENT_CERT', 'TEMPORAL_TLS_CLIENT_KEY')
  requirePair(given, 'TEMPORAL_TLS_CLIENT_KEY', 'TEMPORAL_TLS_CLIENT_CERT')
  if (/^(1|true)$/i.test(given.TEMPORAL_TLS_DISABLE_HOST_VERIFICATION ?? ''))
    throw new Usage(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: not supported; give the authority with TEMPORAL_TLS_SERVER_CA_CERT_PATH, ' +
        'and the name in its certificate with TEMPORAL_TLS_SERVER_NAME',
    )
  const { namespace = 'default', connectionOptions } = read(given)
  const address = connectionOptions.address ?? '127.0.0.1:7233'
  requireAddress(address)
  const options = { ...connectionOptions, address }
  return {
    address,
    given: connectionOptions.address !== undefined,
    namespace,
    options,
    spoken: `${address}${mannerOf(options)}`,
  }
}

function withoutEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).flatMap(([key, value]) => (value ? [[key, value]] : [])))
}

/** Half of a pair would be left out without a word, and the server would say that there is no certificate. */
function requirePair(given: Readonly<Record<string, string>>, one: string, other: string): void {
  const [has, lacks] = [one, other].map((name) => [`${name}_PATH`, `${name}_DATA`].some((key) => key in given))
  if (has && !lacks) throw new Usage(`${one}_PATH: expected ${other}_PATH beside it, got none`)
}

function read(given: Record<string, string>): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars: given })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const next = 'correct TEMPORAL_TLS_*_PATH, TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE'
    throw new Usage(`Temporal's settings cannot be read: ${detail}. Next: ${next}`)
  }
}

const addressShape = /^(?:[\w.-]+|\[[\da-f.:]+\])(?::(\d{1,5}))?$/i

/** Before anybody connects: the clients would say no more than that it is no URL. */
function requireAddress(address: string): void {
  const shape = addressShape.exec(address)
  const port = Number(shape?.[1] ?? 7233)
  if (shape && port >= 1 && port <= 65_535) return
  const example = 'such as temporal.internal:7233 or [::1]:7233, with a port of 1 to 65535 and no scheme'
  throw new Usage(`TEMPORAL_ADDRESS: expected host:port, ${example}, got ${JSON.stringify(address)}`)
}

function mannerOf({ tls, apiKey }: TemporalSettings['options']): string {
  if (!tls) return ''
  const certificate = typeof tls === 'object' && tls.clientCertPair ? ', client certificate' : ''
  return ` (TLS${certificate}${apiKey ? ', API key' : ''})`
}
