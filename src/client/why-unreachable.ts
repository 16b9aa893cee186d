import { connect as connectPlainly, type Socket } from 'node:net'
import { connect as connectWithTls } from 'node:tls'
import { ServiceError } from '@temporalio/client'
import { Unreachable } from './errors.ts'
import type { TemporalSettings } from './temporal-settings.ts'

/**
 * Temporal could not be reached: asks the address itself what is wrong, because the SDK says no more than that time is
 * up, and answers with an error that says what was tried, what came, and what to check. Never longer than 1.5 s.
 */
export async function whyUnreachable(settings: TemporalSettings, cause: unknown): Promise<Unreachable> {
  const said = saidByServer(cause)
  if (said !== null) return refusedBy(settings, said, cause)
  const { tls, address } = settings.options
  const [came, toCheck] = advice(await knock(settings), { tls: Boolean(tls), address })
  return new Unreachable('Temporal', settings.spoken, came === '' ? toCheck : `${came}; ${toCheck}`, cause)
}

/** Short: the connection itself was waited for already. */
const patienceMs = 1_500

type Knock =
  | { kind: 'closed' | 'silent' | 'answered' }
  | { kind: 'failed'; code: string; message: string; secured: boolean }

/** Opens a connection as the settings say, with the beginning every HTTP/2 client sends, and waits for the first byte. */
function knock({ options: { address, tls } }: TemporalSettings): Promise<Knock> {
  const { host, port } = hostAndPort(address)
  return new Promise((resolve) => {
    let secured = false
    const socket = tls ? connectWithTls({ host, port, ALPNProtocols: ['h2'], ...tlsOptions(tls, host) }) : plain()
    const end = (result: Knock) => {
      resolve(result)
      socket.destroy()
    }
    socket.setTimeout(patienceMs, () => end({ kind: 'silent' }))
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      secured = Boolean(tls)
      socket.write(preface)
    })
    socket.once('data', () => end({ kind: 'answered' }))
    socket.once('close', () => end({ kind: 'closed' }))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'failed', code: error.code ?? '', message: error.message, secured }),
    )
    setTimeout(() => end({ kind: 'silent' }), patienceMs).unref()
  })
  function plain(): Socket {
    return connectPlainly({ host, port })
  }
}

/** The connection preface of HTTP/2 and an empty SETTINGS frame. */
const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
])

function tlsOptions(tls: NonNullable<TemporalSettings['options']['tls']>, host: string) {
  if (typeof tls !== 'object') return { servername: nameOf(host) }
  const { serverRootCACertificate: ca, serverNameOverride, clientCertPair } = tls
  return {
    servername: serverNameOverride ?? nameOf(host),
    ...(ca && { ca: Buffer.from(ca) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  }
}

/** An address of numbers is no name to ask for. */
const nameOf = (host: string) => (/^[\d.]+$|:/.test(host) ? '' : host)

function hostAndPort(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 7233) }
}

const start = 'start it with `belay dev`, or set TEMPORAL_ADDRESS'

/** What came, and what to check. */
function advice(knocked: Knock, { tls, address }: { tls: boolean; address: string }): [string, string] {
  switch (knocked.kind) {
    case 'silent':
      return ['no answer', `is it Temporal that listens at ${address}, and does a firewall let this machine in?`]
    case 'answered':
      return tls
        ? [
            'the connection stands',
            'but nobody spoke as Temporal; is TEMPORAL_ADDRESS its gRPC address, and not the UI?',
          ]
        : ['', start]
    case 'closed':
      return tls
        ? ['it closed the connection', 'check the client certificate (TEMPORAL_TLS_CLIENT_CERT_PATH and _KEY_PATH)']
        : ['it closed the connection', 'does it want TLS? Set TEMPORAL_TLS=true, or TEMPORAL_TLS_* or TEMPORAL_API_KEY']
    case 'failed':
      return tls ? tlsAdvice(knocked) : plainAdvice(knocked)
  }
}

function plainAdvice({ code, message }: { code: string; message: string }): [string, string] {
  if (code === 'ECONNREFUSED') return ['', start]
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return [
      'it closed the connection',
      'does it want TLS? Set TEMPORAL_TLS=true, or TEMPORAL_TLS_* or TEMPORAL_API_KEY',
    ]
  return [message, 'check TEMPORAL_ADDRESS']
}

function tlsAdvice({ code, message, secured }: { code: string; message: string; secured: boolean }): [string, string] {
  if (code === 'ECONNREFUSED') return ['nobody listens there', 'check TEMPORAL_ADDRESS']
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code))
    return [
      'it wants a client certificate',
      'set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH (or TEMPORAL_API_KEY)',
    ]
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return [
      `its certificate is for another name (${message})`,
      'check TEMPORAL_ADDRESS, or set TEMPORAL_TLS_SERVER_NAME',
    ]
  if (/SELF_SIGNED|UNABLE_TO|CERT_/.test(code))
    return [`its certificate is not trusted (${message})`, 'check TEMPORAL_TLS_SERVER_CA_CERT_PATH']
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code))
    return [
      'it does not speak TLS',
      'check TEMPORAL_ADDRESS, or unset TEMPORAL_TLS, TEMPORAL_TLS_* and TEMPORAL_API_KEY',
    ]
  if (secured || /ALERT/.test(code))
    return [`it refused the client certificate (${code || message})`, 'check TEMPORAL_TLS_CLIENT_CERT_PATH and its key']
  return [message, 'check TEMPORAL_ADDRESS and TEMPORAL_TLS_*']
}

/** gRPC's UNAUTHENTICATED and PERMISSION_DENIED, as the client's error and as the words of the worker's. */
function saidByServer(cause: unknown): string | null {
  const inner = cause instanceof ServiceError ? cause.cause : cause
  if (!(inner instanceof Error)) return null
  if ('code' in inner && (inner.code === 16 || inner.code === 7))
    return 'details' in inner && typeof inner.details === 'string' ? inner.details : inner.message
  const denied = /valid authentication credentials|have permission to execute/.test(inner.message)
  return denied ? (/message: "([^"]*)"/.exec(inner.message)?.[1] ?? 'denied') : null
}

function refusedBy(settings: TemporalSettings, said: string, cause: unknown): Unreachable {
  const next = 'check TEMPORAL_API_KEY or the client certificate, and that it may use TEMPORAL_NAMESPACE'
  return new Unreachable(
    'Temporal',
    settings.spoken,
    `it does not let us in (${said.slice(0, 200)}); ${next} (${settings.namespace})`,
    cause,
  )
}
