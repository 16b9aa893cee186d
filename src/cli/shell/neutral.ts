/**
 * Text from notes, commands and other people's services, safe for a terminal: what moves the cursor, changes colours or
 * turns the reading direction is shown as `\u001b`. Inside JSON the result is still the same JSON.
 */
export function neutral(text: string): string {
  return text.replace(unsafe, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Control characters but tab and newline; marks and overrides of direction. */
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
