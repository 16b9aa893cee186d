const part = String.raw`(?:"(?:[^"]|"")*"|[A-Za-z_][\w$]*)`

/** A name as SQL writes it, for patterns: quoted or not, with its schema or without. */
export const sqlName = String.raw`${part}(?:\s*\.\s*${part})*`

/** A name as people say it: without needless quotes and without `public`; `?`: it is not a name. */
export function shortSqlName(written: string): string {
  const parts = [...written.matchAll(/"((?:[^"]|"")*)"|([A-Za-z_][\w$]*)/g)].map(([quoted, inner, plain]) => {
    if (plain !== undefined) return plain.toLowerCase()
    return inner !== undefined && /^[a-z_][a-z0-9_$]*$/.test(inner) ? inner : quoted
  })
  return (parts[0] === 'public' && parts.length > 1 ? parts.slice(1) : parts).join('.') || '?'
}
