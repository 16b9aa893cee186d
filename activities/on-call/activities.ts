import type { OnCallSource } from '../../src/domain/gate/policy.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { askAddress } from './http.ts'
import { readRoster } from './roster.ts'

/** What a source of names can be asked at any time; an acknowledgement is a person's. */
export type AskedSource = Exclude<OnCallSource, { from: 'acknowledgement' }>

/** Who is on call now, or in words why nobody can be named. `others`: on call at the same time. */
export type OnCallAnswer = { found: true; name: string; others: readonly string[] } | { found: false; why: string }

/** Who is on call. Only reads: asked twice it answers twice, each time for that moment. */
export function createOnCallActivities({
  clock,
  environment,
}: {
  clock: () => Date
  environment: EnvironmentVariables
}) {
  return {
    /** Never throws for what the source says or is: a roster with a mistake and an address that is away are answers. */
    async findOnCall({ source }: { source: AskedSource }): Promise<OnCallAnswer> {
      return source.from === 'roster' ? await readRoster(source.file, clock()) : await askAddress(source, environment)
    },
  }
}
