import { type Notice, nextOf } from './notice.ts'

/** The body for programs. Fields are only ever added; `key` is what a receiver drops repetitions by. */
export function jsonBody(notice: Notice, link: string | null) {
  const { performer, performerProven, onCall = null, sentence, waiting, release, ...other } = notice
  const { ignoredSafeties = [], ...rest } = other
  // A rollback started by hand and a test bring no release of their own.
  const brings = notice.startedAs !== 'rollback' && notice.kind !== 'test'
  return {
    schema: 1,
    ...rest,
    release: brings ? release : null,
    performer: { name: performer, claimed: performerProven !== true },
    onCall: onCall && { ...onCall, claimed: onCall.claimed ?? false },
    sentence: sentence.slice(0, longest),
    ignored_safeties: ignoredSafeties.map(({ rule, reason, by }) => ({
      rule,
      reason: reason.slice(0, longest),
      by: { name: by, claimed: by === performer && performerProven !== true },
    })),
    waiting: waiting && { ...waiting, text: waiting.text.slice(0, longest) },
    next: nextOf(notice),
    temporal: link,
  } as const
}

/** Foreign programs write into it; receivers have limits of their own. */
const longest = 4_000
