import { configurationFields } from './fields.ts'

/** The one place of the configuration that has a key of this name; null: none, or several. */
export function onlyPlaceOf(key: string): string | null {
  const places = configurationFields().filter((field) => field.path.split('.').at(-1) === key)
  const [only, other] = places
  return only === undefined || other !== undefined ? null : only.path.replace(/\*/g, '<name>')
}
