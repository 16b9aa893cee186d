/** `v{version}` for tags like v1.2.3, `{version}` for 1.2.3, `web-{version}` for web-1.2.3: as most tags are written. */
export function tagStyle(tags: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const tag of tags) {
    const prefix = /^((?:[A-Za-z0-9][A-Za-z0-9._/-]*?)?)\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.exec(tag)?.[1]
    if (prefix !== undefined && !prefix.includes('..')) counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most === undefined ? null : `${most[0]}{version}`
}
