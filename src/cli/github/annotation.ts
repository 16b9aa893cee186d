/** What GitHub Actions shows beside a line of a file, or in the list of a run. */
export type Annotation = {
  level: 'error' | 'warning' | 'notice'
  title: string
  message: string
  /** Relative to the repository; null: about no file. `line` and `column` count from 1, 0: unknown. */
  place: { file: string; line: number; column: number } | null
}

/**
 * The annotation as the one line that GitHub Actions reads from either output of a step:
 * `::error file=belay.yaml,line=31,col=9,title=...::message`. A newline in the message stays one.
 */
export function annotationLine({ level, title, message, place }: Annotation): string {
  const properties = [
    ...(place === null ? [] : [`file=${property(place.file)}`]),
    ...(place !== null && place.line > 0 ? [`line=${place.line}`, `col=${place.column}`] : []),
    `title=${property(title)}`,
  ]
  return `::${level} ${properties.join(',')}::${data(message)}`
}

/** GitHub shows about this many of a kind for a step, and drops the rest without a word. */
export const annotationsShown = 10

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
