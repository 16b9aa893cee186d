/**
 * Foreign text in the Temporal UI's Markdown stays text: no markup, no links, no further column, one line. By backslash:
 * the UI prints an entity like `&lt;` as it stands.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\|<*[]/g, (character) => `\\${character}`)
    .replaceAll('`', "'")
    .replace(/\s+/g, ' ')
}

/** The UI guesses the height of the text and hides its last line or two: let it be these. */
export const hiddenLines = '\n\n\u00a0\n\n\u00a0'
