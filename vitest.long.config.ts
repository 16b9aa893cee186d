import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import quick from './vitest.config.ts'

/** The file that watches for ten real minutes begins first: begun last, all would be over and wait for it alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith('real-window.long.test.ts')
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))]
  }
}

/** What the quick lane lacks: foreign programs, fault sweeps, real durations. */
export default defineConfig({
  test: {
    ...quick.test,
    include: ['test/**/*.long.test.ts'],
    exclude: configDefaults.exclude,
    sequence: { sequencer: LongestFirst },
    // Real durations: one of three waits for most of the time, and the others keep two cores busy.
    maxWorkers: 3,
    testTimeout: 20 * 60_000,
    hookTimeout: 5 * 60_000,
  },
})
