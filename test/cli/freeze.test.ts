import pg from 'pg'
import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, type World } from '../scenarios/world.ts'
import { type Terminal, terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const production = 'production'
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const minutes = 60_000
const dayMs = 24 * 60 * minutes

test(
  'freezes as they are set, seen and ended, and what a refused deployment says of them and of peak hours',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const terminal = await terminalOf(world)
    const peak = aroundToday()
    await terminal.configure((settings) => {
      Object.assign(settings, { peak_hours: [peak.window] })
      Object.assign(settings.review.checklist, { code_reviewed: { command: ['node', '-e', '0'], timeout: '20s' } })
    })
    const deploy = ['deploy', '1.0.0', '--env', production]
    const freezing = openTranscript(terminal, world)
    await freezing.type('freeze', production, '--until', '4d', '--reason', 'end of quarter')
    await freezing.type('freeze', production, '--all', '--from', '2d', '--reason', 'inventory')
    await freezing.type('status', production)
    await freezing.look(['status'], ['history'])
    await expectHolds(terminal, peak.window)
    await freezing.type(...deploy)
    await freezing.type('unfreeze', production)
    await freezing.type('unfreeze', production, '--all')
    await freezing.type('unfreeze', production)
    await freezing.type(...deploy)
    const text = freezing.text().replaceAll(peak.window, '<yesterday to tomorrow> UTC')
    await expect(text).toMatchFileSnapshot('../golden/transcripts/freezing.txt')

    // A freeze that ends in peak hours allows nobody anything before those are over too.
    await terminal.belay('freeze', production, '--until', '1h', '--reason', 'lunch')
    const asData = await terminal.belay(...deploy, '--json')
    expect(asData.code).toBe(75)
    expect([...asData.out.matchAll(/"allowedAt": ?"([^"]+)"/g)].map(([, at]) => Date.parse(at ?? ''))).toEqual([
      peak.overMs,
      peak.overMs,
    ])

    await takeHistoryAway(world)
    const away = await terminal.belay('freeze', production, '--reason', 'x')
    expect(away).toMatchObject({ code: 69, err: expect.stringContaining('the history database') })
  },
  4 * minutes,
)

/** Where a program looks, or somebody whose machine seems ill: the same, and a freeze is no illness. */
async function expectHolds({ belay }: Terminal, peak: string): Promise<void> {
  const looks = [['status'], ['status', production], ['history', production], ['doctor']]
  const answers = await Promise.all(looks.map((command) => belay(...command, '--json')))
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  const [all, one, ...others] = answers.map(({ out }) => JSON.parse(out))
  const held = {
    environment: production,
    freezes: { inForce: [{ reason: 'end of quarter' }], toCome: [{ reason: 'inventory', environment: null }] },
    peakHours: { inside: [{ text: peak }] },
  }
  expect(one.record).toMatchObject(held)
  for (const { environments } of [all, ...others]) expect(environments).toMatchObject([held])
  const shown = await belay('doctor')
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('production, now:\n  FROZEN since') })
  expect((await belay('history', 'staging')).out).not.toContain('FROZEN')
}

/** Whatever the time is while the test runs, midnight too, it is in it. */
function aroundToday() {
  const todayMs = Math.floor(Date.now() / dayMs) * dayMs
  const days = [-1, 0, 1].map((day) => dayNames[new Date(todayMs + day * dayMs).getUTCDay()])
  return { window: `${days.join(',')} 00:00-24:00 UTC`, overMs: todayMs + 2 * dayMs }
}

async function takeHistoryAway({ historyUrl }: World): Promise<void> {
  const url = new URL(historyUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(`alter database ${client.escapeIdentifier(name)} with allow_connections false`)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  } finally {
    await client.end()
  }
}
