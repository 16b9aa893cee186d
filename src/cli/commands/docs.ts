import { Usage } from '../../client/errors.ts'
import { referenceMarkdown, tableMarkdown } from '../../config/documentation/markdown.ts'
import { list, topicText } from '../../config/documentation/text.ts'
import { findTopic, type Topic, topics } from '../../config/documentation/topic.ts'
import type { Field } from '../../config/fields.ts'
import { shown } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** What a setting of `belay.yaml` means; without a path, what settings there are. */
export async function docs(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const topic = topicAt(text(args[0]))
  if (options.markdown === true) shell.print(referenceMarkdown())
  else if (options.table === true) shell.print(tableMarkdown())
  else if (options.json === true) shell.print(data(topic))
  else if (topic !== null) for (const line of topicText(topic)) shell.print(line)
  else {
    for (const line of list(topics())) shell.print(line)
    shell.say('Next: belay docs <setting>, such as belay docs monitoring.window')
  }
  return exitCodes.done
}

function topicAt(path: string | null): Topic | null {
  if (path === null) return null
  const found = findTopic(path)
  if (found.found) return found.topic
  throw new Usage(`expected a setting of belay.yaml, got ${shown(path)} (${found.hint}). Next: belay docs`)
}

function data(topic: Topic | null): string {
  const children = (topic?.children ?? topics()).map((child) => plain(child.field))
  return JSON.stringify({ schema: 1, field: topic === null ? null : plain(topic.field), children }, null, 2)
}

function plain(field: Field): Field {
  return { ...field, default: field.default ?? null }
}
