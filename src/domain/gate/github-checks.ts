import { namesInShort } from '../in-short.ts'
import { no, type Said, yes } from './provider.ts'

/** A commit status or a check run, as far as it counts. `skipped`: it ran nothing, so it says nothing. */
export type RemoteCheck = {
  name: string
  state: 'success' | 'pending' | 'failure' | 'skipped'
  /** GitHub's own word for it. */
  word: string
  link: string | null
}

/**
 * Every check that is required by name must have succeeded; without names all there are, and at least one. One failure
 * is a no at once. A required one that has not reported yet may still come.
 */
export function judgeChecks(required: readonly string[], checks: readonly RemoteCheck[], page: string): Said {
  const counting = required.length === 0 ? checks : checks.filter(({ name }) => required.includes(name))
  const failed = counting.filter(({ state }) => state === 'failure' || (required.length > 0 && state === 'skipped'))
  if (failed.length > 0) {
    const [first] = failed
    const next = `look at ${first?.link ?? page}, mend it and deploy again`
    return no(`expected success, got ${namesInShort(failed.map(worded), 3)}`, { link: first?.link ?? page, next })
  }
  const pending = counting.filter(({ state }) => state === 'pending')
  const missing = required.filter((name) => !checks.some((check) => check.name === name))
  if (pending.length + missing.length > 0) {
    const parts = [...pending.map(worded), ...missing.map((name) => `${name}: not reported yet`)]
    return no(`not finished: ${namesInShort(parts, 3)}`, { link: pending[0]?.link ?? page, pending: true })
  }
  const good = counting.filter(({ state }) => state === 'success')
  if (good.length === 0) {
    const next = 'push the commit and let its checks run, then deploy again'
    return no('expected at least one check that succeeded, got none', { link: page, next })
  }
  const names = good.map(({ name }) => name)
  return yes(`${good.length} succeeded: ${namesInShort(names, 3)}`, { link: page })
}

function worded({ name, word, link }: RemoteCheck): string {
  return `${name}: ${word}${link === null ? '' : ` ${link}`}`
}
