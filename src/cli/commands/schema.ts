import { configurationJsonSchema } from '../../config/json-schema.ts'
import { exitCodes } from '../exit.ts'
import type { Shell } from '../shell/shell.ts'

export async function schema(shell: Shell): Promise<number> {
  shell.print(JSON.stringify(configurationJsonSchema(), null, 2))
  return exitCodes.done
}
