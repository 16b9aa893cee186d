/** `${env:NAME}`: a secret or setting that is looked up where it is used, and never travels. */
const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g

/** What a process finds in its environment: where references are looked up. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

export function referencedNames(text: string): string[] {
  return [...text.matchAll(reference)].map((match) => match[1] ?? '')
}

/** Set by Belay in what an agent or a worker looks references up in: whose environment it is, in words. */
export const whoseEnvironment = 'BELAY_WHOSE_ENVIRONMENT'

/** Throws `MissingReference` naming the variable, never the rest of the text. */
export function resolveReferences(text: string, environment: EnvironmentVariables): string {
  return text.replace(reference, (_, name: string) => {
    const value = environment[name]
    if (value === undefined) throw new MissingReference(name, environment[whoseEnvironment])
    return value
  })
}

export class MissingReference extends Error {
  readonly variable: string
  /** `whose`: the place where it was looked for, where that is known. */
  constructor(variable: string, whose?: string) {
    const where = whose === undefined ? 'where it is used' : `in the environment of ${whose}`
    super(`environment variable ${variable}: expected a value ${where}, got none`)
    this.name = 'MissingReference'
    this.variable = variable
  }
}

/** Replaces every known secret value; used on all foreign output before it leaves the place where it was made. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret.length < 4 ? clean : clean.replaceAll(secret, '[redacted]')), text)
}
