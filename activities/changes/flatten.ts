import { parseAllDocuments } from 'yaml'

/**
 * The leaves of a configuration file, by path (`a.b[0]`), as the format writes them. null: it is neither JSON, YAML nor
 * `KEY=value` lines, or it has too many.
 */
export function flatten(path: string, text: string): Map<string, string> | null {
  try {
    if (/\.json$/i.test(path)) return leavesOf(JSON.parse(text))
    if (/\.ya?ml$/i.test(path)) return leavesOf(yamlOf(text))
    return variablesOf(text)
  } catch {
    return null
  }
}

/** A hand writes fewer; more would only be listed as "and so many more". */
const mostLeaves = 5_000

function yamlOf(text: string): unknown {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents) || documents.length !== 1) throw new Error('expected one document')
  const [document] = documents
  if (document === undefined || document.errors.length > 0) throw new Error('expected YAML')
  return document.toJS()
}

function leavesOf(value: unknown): Map<string, string> | null {
  const leaves = new Map<string, string>()
  const walk = (inner: unknown, path: string): void => {
    if (leaves.size > mostLeaves) return
    const entries = entriesOf(inner)
    if (entries === null || entries.length === 0) leaves.set(path || '(the whole)', JSON.stringify(inner) ?? 'null')
    else
      for (const [key, child] of entries) walk(child, `${path}${key.startsWith('[') || path === '' ? key : `.${key}`}`)
  }
  walk(value, '')
  return leaves.size > mostLeaves ? null : leaves
}

function entriesOf(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.map((item: unknown, index): [string, unknown] => [`[${index}]`, item])
  if (typeof value !== 'object' || value === null) return null
  return Object.entries(value).map(([key, child]) => [/^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`, child])
}

/** As a shell or systemd reads them: comments and empty lines count for nothing, the last of one name wins. */
function variablesOf(text: string): Map<string, string> | null {
  const lines = text.split('\n').map((line) => line.trim())
  const leaves = new Map<string, string>()
  for (const line of lines.filter((one) => one !== '' && !/^[#;]/.test(one))) {
    const [, name, value = ''] = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined) return null
    leaves.set(name, value)
  }
  return leaves.size > mostLeaves ? null : leaves
}
