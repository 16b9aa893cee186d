import type { Detected } from './detect/detect.ts'
import { commandText } from './split-command.ts'

/** What can be proposed for each question, as the text a person would type; null: the repository does not say. */
export type Guesses = { service: string | null; run: string | null; health: string | null }

export function guessesFrom({ place, program, processes, compose, listening, variables }: Detected): Guesses {
  const port = variables?.port ?? listening?.port ?? compose?.port ?? null
  const main = processes.main?.run
  return {
    service: [program?.name, place].map(serviceName).find((name) => name !== null) ?? null,
    run: main === undefined ? null : 'start' in main ? commandText(main.start) : main.systemd,
    // Without a known path the port alone: whether `/` is meant to answer 200, nobody said.
    health:
      port === null ? null : listening?.health ? `http://localhost:${port}${listening.health}` : `localhost:${port}`,
  }
}

export function directoryFor(service: string): string {
  return `/srv/${service}`
}

/** `@shop/My App` becomes my-app; null where nothing is left. */
function serviceName(text: string | null | undefined): string | null {
  const last = (text ?? '').slice(0, 300).split('/').at(-1) ?? ''
  const plain = last.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
  return name === '' ? null : name
}
