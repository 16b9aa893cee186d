type Mapping = Record<string, unknown>

/** Keys of which one says what an entry is: naming another one in an environment replaces the entry as a whole. */
const choices: readonly { at: RegExp; keys: readonly string[] }[] = [
  {
    at: /^(review\.checklist|after\.items|after\.manual)\.[^.]+$/,
    keys: ['command', 'sign_off', 'check', 'not_applicable', 'belay'],
  },
  {
    at: /^(checks|monitoring\.checks)\.[^.]+$/,
    keys: ['http', 'postgres', 'postgres_pool', 'metric', 'log', 'command', 'tcp', 'process', 'marker'],
  },
  { at: /^(checks|monitoring\.checks)\.[^.]+\.metric$/, keys: ['query', 'scrape'] },
  { at: /^(checks|monitoring\.checks)\.[^.]+\.log$/, keys: ['file', 'process'] },
  { at: /^release\.processes\.[^.]+$/, keys: ['start', 'systemd'] },
  { at: /^repository$/, keys: ['path', 'url'] },
]
/** Data rather than settings: never merged key by key. */
const wholeValues = /(^|\.)(json|expect)$/

/** The environment's settings over the defaults: mappings merge, lists and scalars replace, null removes. */
export function merge(base: unknown, over: unknown, path = ''): unknown {
  if (!isMapping(base) || !isMapping(over) || wholeValues.test(path) || isAnotherChoice(base, over, path)) return over
  const merged: Mapping = { ...base }
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key]
    else merged[key] = key in base ? merge(base[key], value, path === '' ? key : `${path}.${key}`) : value
  }
  return merged
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAnotherChoice(base: Mapping, over: Mapping, path: string): boolean {
  const keys = choices.find((choice) => choice.at.test(path))?.keys
  if (keys === undefined) return false
  const chosen = keys.filter((key) => over[key] !== undefined && over[key] !== null)
  return chosen.length > 0 && keys.some((key) => base[key] !== undefined && !chosen.includes(key))
}
