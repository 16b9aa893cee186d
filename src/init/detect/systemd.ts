import type { Directory } from '../directory.ts'

export type Unit = {
  from: string
  /** `notes.service` */
  unit: string
  /** What it is started from; empty: the file does not say. */
  place: string
}

/** Units that run all the time; one that ends by itself is no process of the service. */
export function systemdUnits({ paths, texts }: Directory): Unit[] {
  return paths.flatMap((from): Unit[] => {
    const text = from.endsWith('.service') ? texts.get(from) : undefined
    if (text === undefined || !/^\[Service\]/m.test(text) || /^Type\s*=\s*oneshot/m.test(text)) return []
    const unit = from.split('/').at(-1) ?? from
    // A template has no instance to start.
    if (unit.endsWith('@.service')) return []
    const place = ['WorkingDirectory', 'ExecStart'].flatMap((key) => settingOf(text, key)).join(' ')
    return [{ from, unit, place }]
  })
}

function settingOf(text: string, key: string): string[] {
  const value = new RegExp(`^${key}\\s*=[-@:+!]*(.+)$`, 'm').exec(text)?.[1]
  return value === undefined ? [] : [value.trim()]
}
