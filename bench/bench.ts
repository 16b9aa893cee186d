/** `npm run bench`: start-up times. `npm run bench -- database [--json]`: rehearsal, fingerprint, integrity. */
const [what = 'start-up'] = process.argv.slice(2)
const measures: Readonly<Record<string, () => Promise<unknown>>> = {
  'start-up': () => import('./start-up.ts'),
  database: () => import('./database.ts'),
}
const measure = measures[what]
if (measure === undefined) throw new Error(`${what}: expected ${Object.keys(measures).join(' or ')}`)
await measure()
