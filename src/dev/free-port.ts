import { createServer } from 'node:net'

/** A port of the loopback interface that nobody listens on now; another program may take it before you do. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string')
    throw new TypeError('expected a TCP address of a listening server')
  return address.port
}

/** `wanted` when it is free on the loopback interface, else any free port. */
export async function portOr(wanted: number): Promise<number> {
  const server = createServer()
  const taken = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(true)).listen(wanted, '127.0.0.1', () => resolve(false))
  })
  if (taken) return freePort()
  await new Promise((resolve) => server.close(resolve))
  return wanted
}
