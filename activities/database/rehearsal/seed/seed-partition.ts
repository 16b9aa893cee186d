import type { SeedTable } from './seed-tables.ts'

/** What a partition demands of its key's columns, as SQL by their position: the first value that its bound lets in. */
export function partitionValues({ bound, partitionKey, columns }: SeedTable, n: number): Map<number, string> {
  const [, list = ''] = /^(?:RANGE|LIST) \((.*)\)$/.exec(partitionKey ?? '') ?? []
  const keys = list.split(', ')
  const range = /^FOR VALUES FROM \((.*?)\) TO \(/.exec(bound ?? '')?.[1]
  const among = /^FOR VALUES IN \((.*)\)$/.exec(bound ?? '')?.[1]
  const values = range !== undefined ? literals(range) : among !== undefined ? [pick(literals(among), n)] : []
  return new Map(
    keys.flatMap((key, at) => {
      const column = columns.find(({ name }) => name === key)
      const value = values[at]
      return column && value !== undefined && !/^(MINVALUE|MAXVALUE)$/.test(value) ? [[column.position, value]] : []
    }),
  )
}

function literals(list: string): string[] {
  return list.match(/'(?:[^']|'')*'|[^,\s]+/g) ?? []
}

function pick(values: readonly string[], n: number): string | undefined {
  return values[(n - 1) % Math.max(1, values.length)]
}
