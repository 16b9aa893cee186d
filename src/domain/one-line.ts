/**
 * Text from people on one line: what would begin a new line, move a cursor or turn the reading direction is a space. A
 * line of Belay's own cannot be forged with it, wherever it is printed.
 */
export function oneLine(text: string): string {
  return text.replace(breaking, ' ').trim()
}

/** Control characters, separators of lines and paragraphs, halves of characters, marks and overrides of direction. */
const breaking = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
