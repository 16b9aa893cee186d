import { defineConfig } from 'vitest/config'
import quick from './vitest.config.ts'

/** Records histories of real runs into test/histories; `npm run histories`, when a kind of run is new. */
export default defineConfig({
  test: { ...quick.test, include: ['test/histories/*.record.ts'], exclude: [], testTimeout: 5 * 60_000 },
})
