import type { YAMLError } from 'yaml'
import type { Problem } from '../problem.ts'

/** Once a parser is off the track, every following token is an error: the first one says where. */
export function withoutEchoes(errors: readonly YAMLError[]): YAMLError[] {
  const isOwn = (error: YAMLError): boolean => ownCodes.includes(error.code)
  return errors.filter((error, index) => isOwn(error) || errors.findIndex((other) => !isOwn(other)) === index)
}

const ownCodes = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']

/** The parser's error in the words of every other problem. */
export function syntaxWords(code: string, message: string): Pick<Problem, 'expected' | 'got' | 'hint'> {
  const got = withoutQuotation(message.split('\n')[0] ?? message)
  switch (code) {
    case 'DUPLICATE_KEY':
      return { expected: 'each key once', got: 'a key that is already there', hint: null }
    case 'MULTIPLE_DOCS':
      return { expected: 'one document', got: 'several', hint: null }
    case 'TAG_RESOLVE_FAILED':
      return { expected: 'plain YAML without tags', ...tagWords(got) }
    case 'TAB_AS_INDENT':
      return { expected: 'valid YAML', got, hint: 'indent with spaces' }
    default:
      return { expected: 'valid YAML', got, hint: syntaxHint(code, got) }
  }
}

/** `!word` may be the beginning of a password that lacks its quotes: it is not repeated. */
function tagWords(message: string): Pick<Problem, 'got' | 'hint'> {
  if (/^Unresolved tag: tag:yaml\.org,/.test(message)) return { got: message, hint: null }
  return { got: 'a tag', hint: 'text that begins with ! needs quotes' }
}

function syntaxHint(code: string, got: string): string | null {
  if (got.includes('flow-map')) return 'text with { or } in it needs quotes here'
  if (code === 'BAD_SCALAR_START') return 'text that begins with it needs quotes'
  return got.startsWith('Nested mappings') ? 'text with ": " in it needs quotes' : null
}

/** What the parser quotes from the file may be a secret. */
function withoutQuotation(message: string): string {
  return message.replace(/^(Block scalar header includes extra characters): .*$/, '$1').replace(/: ".*$/, '')
}
