/** What a person types for a waiting run to go on; the same in the command line and in notices. */
export function decideCommand(environment: string, answers: readonly string[]): string {
  return `belay decide ${environment} ${answers.join('|')} --reason "..."`
}

/** `version` null: whoever reads it knows what runs. */
export function adoptCommand(environment: string, version: string | null): string {
  return `belay adopt ${environment} --version ${version ?? '<version>'}`
}

export function drillCommand(environment: string, version: string): string {
  return `belay drill ${environment} --release ${version}`
}

export function signCommand(environment: string, items: readonly string[]): string {
  return `belay sign ${environment} ${items.join(' ')}`
}
