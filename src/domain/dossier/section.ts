/** A piece of what is printed for people: a heading, and lines under it. */
export type Section = { title: string; lines: readonly string[] }

/** Those that have something to say. */
export function telling(sections: readonly Section[]): Section[] {
  return sections.filter((section) => section.lines.length > 0)
}
