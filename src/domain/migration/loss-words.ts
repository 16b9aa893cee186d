import type { Loss } from './migration.ts'

/** `subscriptions.trial_ends_at: 37 rows (value written)`, `12 rows of users.email are NULL, which the revert forbids again` */
export function lossLine({ kind = 'lost', object, rows, why }: Loss): string {
  const counted = rows === 1 ? '1 row' : `${rows} rows`
  switch (kind) {
    case 'lost':
      return `${object}: ${counted} (${why})`
    case 'gone':
      return `${object}: ${why}`
    case 'forbidden':
      return `${counted} of ${object} ${rows === 1 ? 'is' : 'are'} ${why}, which the revert forbids again`
    case 'uncounted':
      return `${object}: cannot be counted (${why})`
  }
}

/** A loss as it comes back from JSON. */
export function isLoss(value: unknown): value is Loss {
  return typeof value === 'object' && value !== null && 'object' in value && 'rows' in value && 'why' in value
}

/** Words for both: who decided to lose values has not decided to fail half way. */
export function forbiddenWords(forbidden: readonly Loss[]): string {
  return `${forbidden.map(lossLine).join('; ')}; change these rows, then try again`
}
