/** How many columns of a terminal a character takes: 0 for marks that join the one before, 2 for wide ones. */
export function displayWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}]/u.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u
