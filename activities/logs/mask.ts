/** `bytes` between `start` and `end`, with every secret hidden that lies in it, wholly or in part. */
export function masked(
  bytes: Buffer,
  { start, end }: { start: number; end: number },
  secrets: readonly string[],
): Buffer {
  const pieces: Buffer[] = []
  let at = start
  for (const [from, to] of placesOf(bytes, secrets)) {
    if (to <= at || from >= end) continue
    if (from > at) pieces.push(bytes.subarray(at, from))
    pieces.push(hidden)
    at = Math.min(to, end)
  }
  if (at < end) pieces.push(bytes.subarray(at, end))
  return Buffer.concat(pieces)
}

const hidden = Buffer.from('[redacted]')

/** In order; those that touch are one. */
function placesOf(bytes: Buffer, secrets: readonly string[]): [number, number][] {
  const places = secrets.flatMap((secret) => placesOfOne(bytes, Buffer.from(secret))).sort((a, b) => a[0] - b[0])
  return places.reduce<[number, number][]>((joined, [from, to]) => {
    const last = joined.at(-1)
    if (last && from < last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
    return joined
  }, [])
}

function placesOfOne(bytes: Buffer, secret: Buffer): [number, number][] {
  const places: [number, number][] = []
  if (secret.length === 0) return places
  for (let at = bytes.indexOf(secret); at !== -1; at = bytes.indexOf(secret, at + 1))
    places.push([at, at + secret.length])
  return places
}
