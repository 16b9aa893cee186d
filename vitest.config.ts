import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/**/*.long.test.ts'],
    // Workers load a native core and start real processes: threads share too much.
    pool: 'forks',
    // Most of them wait for timers and for each other's processes: three keep two cores busy.
    maxWorkers: 3,
    globalSetup: ['test/support/global-setup.ts'],
    // Real servers on small machines: slow is not wrong, and a scenario of half a minute took 95 s on a machine with ten
    // times the work of its cores. What must end is ended by deadlines inside the tests.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // On a machine that others load, once more tells a slow minute from a broken product; the report names every repeat.
    retry: process.env.CI ? 1 : 0,
  },
})
