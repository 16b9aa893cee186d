import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/**/*.long.test.ts'],
    // Workers load a native core and start real processes: threads share too much.
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    // Real servers on small machines: slow is not wrong. What must end is ended by deadlines inside the tests.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
