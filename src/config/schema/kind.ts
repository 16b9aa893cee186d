import { z } from 'zod'

/** How the documentation names a field's type where the bare schema type would say too little. */
export const kinds = z.registry<{ kind: string }>()
