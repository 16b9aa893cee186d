import { hostname } from 'node:os'
import type { World } from '../scenarios/world.ts'
import type { Answer, Terminal } from './terminal.ts'

/** What was typed and what came, one command after the other, for a golden file. */
export type Transcript = {
  type(...args: readonly string[]): Promise<Answer>
  /** One that was started before and has ended now. */
  tell(line: string, answer: Answer): void
  /** Commands that only look: asked at once, told in this order. */
  look(...commands: readonly (readonly string[])[]): Promise<void>
  text(): string
}

export function openTranscript(terminal: Terminal, world: World): Transcript {
  const told: string[] = []
  const tellLine = (line: string, { out, err, code }: Answer) =>
    void told.push(`$ belay ${line}\n${out}${err === '' ? '' : `(stderr) ${err}`}[exit ${code}]\n`)
  const tell = (args: readonly string[], answer: Answer) => tellLine(args.map(quoted).join(' '), answer)
  return {
    tell: tellLine,
    async type(...args) {
      const answer = await terminal.belay(...args)
      tell(args, answer)
      return answer
    },
    async look(...commands) {
      const answers = await Promise.all(commands.map((args) => terminal.belay(...args)))
      for (const [at, args] of commands.entries()) {
        const answer = answers[at]
        if (answer) tell(args, answer)
      }
    },
    text: () => normalised(told.join('\n'), world),
  }
}

function quoted(word: string): string {
  return word.includes(' ') ? `"${word}"` : word
}

/** Ids, times, places and numbers that differ from run to run; what was answered side by side, in one order. */
function normalised(text: string, world: World): string {
  const commits = [...world.commits].flatMap(([version, commit]): [string, string][] => [
    [commit, `<commit of ${version}>`],
    [commit.slice(0, 12), `<commit of ${version}>`],
  ])
  const places: [string, string][] = [
    [world.root, '<root>'],
    [world.belay.namespace, '<namespace>'],
    [`worker of ${hostname()}`, 'worker of <host>'],
    ...commits,
  ]
  const named = places.reduce((all, [value, name]) => all.replaceAll(value, name), text)
  return inOneOrder(
    named
      .replace(/\b(\d+\.\d+\.\d+|none|rollback)-[0-9a-f]{10}\b/g, '<deployment of $1>')
      .replace(/\b[0-9a-f]{64}\b/g, '<digest>')
      .replace(/(--plan|\bdifference|\bexpected|\bgot) [0-9a-f]{12}\b/g, '$1 <digest>')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, '<time>')
      .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d\b/g, '<local time>')
      .replace(/\b\d\d:\d\d:\d\dZ?(?= {2})/g, '<time>')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
      .replace(/config\.json port: \d+/g, 'config.json port: <port>')
      .replace(/\bpid \d+/g, 'pid <pid>')
      .replace(/\b\d+ samples, (\d+) not passed/g, '<n> samples, $1 not passed')
      .replace(/(after |\()(\d+ (h|min|s|ms) ?)+(?=[\n;,)])/g, '$1<duration>')
      .replace(/\((\d+ (h|min|s|ms) ?)+left\)/g, '(<duration> left)')
      .replace(/(\d+ (h|min|s|ms) ?)+into the window/g, '<duration> into the window')
      .replace(/(?<=(way back|proven in) )\d+ (h|min|s|ms)( \d+ (h|min|s|ms))*/g, '<duration>')
      .replace(/catalog [0-9a-f]{12}\b/g, 'catalog <digest>')
      .replace(/status 200 in \d+ ms/g, 'status 200 in <duration>')
      .replace(/processed \d+/g, 'processed <n>')
      // On a slow machine a sample is missed, and the window is a little longer.
      .replace(/^.*too little data, watching .*\n/gm, ''),
  )
}

const concurrent = /^(?!\$).*\bitem\b.*\bpre\.(marker_prepared|rollback_plan|tests_passing|code_reviewed)\b/

function inOneOrder(text: string): string {
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    let end = at
    while (concurrent.test(lines[end] ?? '')) end++
    if (end - at > 1) lines.splice(at, end - at, ...lines.slice(at, end).toSorted())
  }
  return lines.join('\n')
}
