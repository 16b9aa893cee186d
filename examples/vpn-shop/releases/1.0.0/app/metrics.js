const windowMs = 10_000

/**
 * Counts requests from their arrival; `ratio` is the share of those of the last ten seconds that the server itself
 * spoiled (5xx), null without any.
 */
export function createRequestCounter(clock = Date.now) {
  let [requests, errors] = [0, 0]
  let recent = []

  return { begin, totals }

  /** Answers with the function that notes the request's end. */
  function begin() {
    const request = { atMs: clock(), spoiled: false }
    requests += 1
    recent.push(request)
    return (status) => {
      request.spoiled = status >= 500
      if (request.spoiled) errors += 1
    }
  }

  function totals() {
    recent = recent.filter((request) => request.atMs > clock() - windowMs)
    const spoiled = recent.filter((request) => request.spoiled).length
    return { requests, errors, ratio: recent.length === 0 ? null : spoiled / recent.length }
  }
}

/** Prometheus text format. What is not known has no line: a made-up zero would look like health. */
export function renderMetrics(samples) {
  const lines = samples
    .filter(({ value }) => value !== null)
    .flatMap(({ name, type, help, value }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`])
  return `${lines.join('\n')}\n`
}
