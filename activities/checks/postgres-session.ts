import { once } from 'node:events'
import { Socket } from 'node:net'
import pg from 'pg'

export type Session = {
  /** Rows of texts, as Postgres writes them. */
  query(sql: string, values?: readonly unknown[]): Promise<(string | null)[][]>
  close(): Promise<void>
}

/**
 * Connects to Postgres. `signal` cuts the connection wherever it is, a server that accepts and says nothing included.
 * Rejects with what the server or the network says.
 */
export async function openSession(url: string, signal: AbortSignal, timeoutMs: number): Promise<Session> {
  const socket = new Socket()
  const cut = () => socket.destroy(new Error('cut off'))
  signal.addEventListener('abort', cut, { once: true })
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    application_name: 'belay',
    connectionTimeoutMillis: timeoutMs,
    types: { getTypeParser: () => (text: string) => text },
  })
  // A connection that breaks between two queries is told by the next one.
  client.on('error', () => undefined)
  const close = async () => {
    await Promise.race([client.end(), signal.aborted ? null : once(signal, 'abort')]).catch(() => undefined)
    signal.removeEventListener('abort', cut)
    socket.destroy()
  }
  try {
    signal.throwIfAborted()
    await client.connect()
  } catch (error) {
    await close()
    throw error
  }
  const query: Session['query'] = async (sql, values = []) => {
    const found = await client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: 'array' })
    return found.rows
  }
  return { query, close }
}
