import { z } from 'zod'

const expected = 'a name of a-z, 0-9 and -, starting with a letter, at most 32 characters'

export const environmentName = z.string({ error: expected }).regex(/^[a-z][a-z0-9-]{0,31}$/, { error: expected })
