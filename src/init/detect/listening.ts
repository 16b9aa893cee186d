import type { Directory } from '../directory.ts'

/** Where the service seems to listen. Every part is null where its source does not say. */
export type Listening = { from: string; port: number | null; health: string | null; metrics: string | null }

/** Looks into the service's own source: what `start` names first, then the usual places. */
export function listeningOf(directory: Directory, start: readonly string[] | null): Listening | null {
  const sources = [...directory.texts.keys()].filter(
    (path) => /\.(js|mjs|cjs|ts|go|py|rb)$/.test(path) && !isTest(path),
  )
  const named = sources.filter((path) => start?.includes(path) || start?.includes(`./${path}`))
  const texts = [...named, ...sources.filter((path) => !named.includes(path))].map((path) => ({
    path,
    text: directory.texts.get(path) ?? '',
  }))
  const first = (find: (text: string) => string | null) => {
    for (const { path, text } of texts) {
      const value = find(text)
      if (value !== null) return { path, value }
    }
    return null
  }
  const [port, health, metrics] = [first(portIn), first(healthIn), first(metricsIn)]
  const from = port?.path ?? health?.path ?? metrics?.path
  if (from === undefined) return null
  return {
    from,
    port: port === null ? null : Number(port.value),
    health: health?.value ?? null,
    metrics: metrics?.value ?? null,
  }
}

/** `listen(8080`, `process.env.PORT || 3000`, `ListenAndServe(":8080"`, `port=8000`: a port that is written down. */
function portIn(text: string): string | null {
  const match = ports.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined)
  const port = Number(match)
  return match !== undefined && port >= 1 && port <= 65_535 ? match : null
}

const ports = [
  /\bPORT\b['"]?\]?\)?\s*(?:\|\||\?\?|,)\s*['"]?(\d{2,5})\b/,
  /\.listen\(\s*(\d{2,5})\b/,
  /ListenAndServe\(\s*["'`][^"'`]*:(\d{2,5})["'`]/,
  /\bport\s*[:=]\s*(\d{2,5})\b/i,
]

function healthIn(text: string): string | null {
  return (
    /["'`](?:GET )?(\/(?:api\/)?_?(?:healthz?|health-check|healthcheck|livez|readyz|ping))["'`]/.exec(text)?.[1] ?? null
  )
}

function metricsIn(text: string): string | null {
  return /["'`](?:GET )?(\/metrics)["'`]/.exec(text)?.[1] ?? null
}

function isTest(path: string): boolean {
  return /(^|\/)(tests?|spec)\/|[._-](test|spec)\.\w+$/.test(path)
}
