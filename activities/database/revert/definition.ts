/** The inside of the first parentheses at or after `from`, and what follows them; null: there are none that close. */
export function parenthesised(text: string, from = 0): { inside: string; rest: string } | null {
  let [depth, start] = [0, -1]
  for (const { token, at } of tokensFrom(text, from)) {
    if (token === '(') {
      if (depth === 0) start = at + 1
      depth += 1
    } else if (token === ')') {
      depth -= 1
      if (depth === 0) return { inside: text.slice(start, at), rest: text.slice(at + 1) }
    }
  }
  return null
}

/** What stands between commas that are in no parentheses and no quotes. */
export function listed(text: string): string[] {
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (const { token, at } of tokensFrom(text, 0)) {
    if (token === '(' || token === '[') depth += 1
    if (token === ')' || token === ']') depth -= 1
    if (token !== ',' || depth > 0) continue
    parts.push(text.slice(start, at).trim())
    start = at + 1
  }
  return [...parts, text.slice(start).trim()]
}

/**
 * The expression of one element of an index (`lower(email) text_pattern_ops DESC` is `lower(email)`), with the collation
 * that says what is equal; the order it is kept in is none of it.
 */
export function indexedExpression(element: string): string {
  const collate = ` COLLATE ((?:"(?:[^"]|"")+"|[a-z_0-9$]+)(?:\\.(?:"(?:[^"]|"")+"|[a-z_0-9$]+))?)`
  const name = /^(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)(?:\.(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*))?/.exec(element)?.[0] ?? ''
  const call = element[name.length] === '(' ? parenthesised(element, name.length) : null
  const expression = call ? `${name}(${call.inside})` : name
  const found = new RegExp(`^${collate}`).exec(element.slice(expression.length))
  return found ? `${expression} COLLATE ${found[1]}` : expression
}

function* tokensFrom(text: string, from: number): Generator<{ token: string; at: number }> {
  for (const match of text.slice(from).matchAll(/\bE'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g)) {
    yield { token: match[0], at: from + match.index }
  }
}
