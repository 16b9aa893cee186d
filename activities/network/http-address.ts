export type HttpAddress = { url: URL; authorization: string | null }

/**
 * A user or token in the address becomes a header, as a browser would do; it must not stand in a request line or log.
 * Throws `TypeError` for what is not http.
 */
export function httpAddress(address: string): HttpAddress {
  if (!URL.canParse(address)) throw new TypeError('expected an http or https address, got something else')
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`expected an http or https address, got ${url.protocol}`)
  }
  if (url.username === '' && url.password === '') return { url, authorization: null }
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  return { url, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
