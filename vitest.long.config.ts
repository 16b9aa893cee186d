import { configDefaults, defineConfig } from 'vitest/config'
import quick from './vitest.config.ts'

/** What the quick lane lacks: foreign programs, fault sweeps, real durations. */
export default defineConfig({
  test: {
    ...quick.test,
    include: ['test/**/*.long.test.ts'],
    exclude: configDefaults.exclude,
    // Fault sweeps and real durations: nothing beside them but one more.
    maxWorkers: 2,
    testTimeout: 20 * 60_000,
    hookTimeout: 5 * 60_000,
  },
})
