import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Frame, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.ts'

export type TemporalUi = {
  read(run: { workflowId: string; runId: string }): Promise<{ history: HistoryPage; metadata: MetadataPage }>
}

export type HistoryPage = {
  status: string
  text: string
  /** Of the timeline, newest first. */
  labels: string[]
}

/** Summary, details (the plan) and current details of a run, as rendered. */
export type MetadataPage = {
  text: string
  bullets: string[]
  /** Table rows, cells separated by a space. */
  rows: string[]
  /** Bullets and rows that are there and cannot be seen. */
  hidden: string[]
}

/** The UI in the installed browser, closed with the test. Screenshots of a test that failed are kept. */
export async function openTemporalUi(url: string): Promise<TemporalUi> {
  const screenshots = await mkdtemp(join(tmpdir(), 'belay-screenshots-'))
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quietly, timeout: 120_000 })
  onTestFinished(async ({ task }) => {
    await browser.close()
    if (task.result?.state === 'pass') await rm(screenshots, { recursive: true })
    else process.stderr.write(`screenshots: ${screenshots}\n`)
  })
  const page = await browser.newPage({ viewport: { width: 1400, height: 1600 } })
  return {
    async read({ workflowId, runId }) {
      const run = `${url}/namespaces/default/workflows/${encodeURIComponent(workflowId)}/${runId}`
      await page.goto(`${run}/history`)
      const history = await readHistory(page)
      await page.screenshot({ path: join(screenshots, 'history.png'), fullPage: true })
      await page.goto(`${run}/user-metadata`)
      const metadata = await readMetadata(page)
      await page.screenshot({ path: join(screenshots, 'metadata.png'), fullPage: true })
      return { history, metadata }
    },
  }
}

/** No sandbox: tests may run as root. The rest keeps it from calling anybody. */
const quietly = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

const withinMs = 60_000

async function readHistory(page: Page): Promise<HistoryPage> {
  return await eventually(
    'the history page with its timeline',
    async () => {
      const text = (await page.locator('body').allInnerTexts()).join('\n')
      const texts = await page.locator('svg text').allTextContents()
      const labels = texts.map((label) => label.trim()).filter((label) => label.includes(' • '))
      const status = /Back to Workflows\s+(\w+)/.exec(text)?.[1]
      // The oldest step is drawn last.
      const complete = labels.at(-1)?.startsWith('readReleaseChanges') && /"(outcome|message)":/.test(text)
      return complete && status !== undefined && { status, text, labels }
    },
    withinMs,
  )
}

async function readMetadata(page: Page): Promise<MetadataPage> {
  return await eventually(
    'the page with summary, details and current details',
    async () => {
      const frames = page.frames().filter((frame) => frame.url().includes('/render?'))
      if (frames.length < 3) return null
      const shown = await Promise.all(frames.map(readFrame)).catch(() => null)
      if (shown === null || shown.some((frame) => frame.text.trim() === '')) return null
      const of = <Key extends keyof MetadataPage>(key: Key) => shown.flatMap((frame) => frame[key])
      return { text: of('text').join('\n'), bullets: of('bullets'), rows: of('rows'), hidden: of('hidden') }
    },
    withinMs,
  )
}

async function readFrame(frame: Frame): Promise<MetadataPage> {
  const [bullets, rows] = [frame.locator('li'), frame.locator('tbody tr')]
  return {
    text: (await frame.locator('main').allInnerTexts()).join('\n'),
    bullets: await bullets.allInnerTexts(),
    rows: (await rows.allInnerTexts()).map((row) => row.split(/\s+/).join(' ').trim()),
    hidden: await hiddenIn(frame),
  }
}

/** What lies below the lower edge of the frame, which has no scroll bar. */
async function hiddenIn(frame: Frame): Promise<string[]> {
  const element = await frame.frameElement()
  const edge = await element.boundingBox()
  const hidden: string[] = []
  for (const line of await frame.locator('p, li, tbody tr').all()) {
    const box = await line.boundingBox()
    const text = (await line.allInnerTexts()).join(' ').trim()
    if (text !== '' && edge && box && box.y + box.height > edge.y + edge.height) hidden.push(text)
  }
  return hidden
}
