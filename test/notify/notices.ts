import type { Notice, NoticeWaiting, Webhook } from '../../src/domain/notice/notice.ts'

/** A notice as a rolled back deployment sends it. */
export function endedNotice(change: Partial<Notice> = {}): Notice {
  return {
    key: 'notice:1.2.0-abc:ended.ROLLED_BACK',
    kind: 'ended',
    at: '2026-11-26T03:00:00.000Z',
    service: 'vpn-shop',
    environment: 'production',
    release: { version: '1.2.0', commit: 'a1b2c3d4'.repeat(5) },
    deployment: '1.2.0-abc',
    startedAs: 'deployment',
    run: { workflowId: 'deploy:vpn-shop:production', runId: 'run-1' },
    performer: 'ann@example.com',
    outcome: 'ROLLED_BACK',
    live: { version: '1.1.0', commit: 'b2c3d4e5'.repeat(5) },
    sentence:
      '1.2.0 on production was rolled back to 1.1.0\nerrors: expected <= 0.01, got 0.079\nNext: belay history 1.2.0-abc',
    waiting: null,
    ...change,
  }
}

export const decision: NoticeWaiting = {
  question: 'start',
  text: 'start failed: exit 1. Answer retry, skip, or give_up.',
  answers: ['retry', 'skip', 'give_up'],
  items: [],
  since: '2026-11-26T03:00:00.000Z',
  until: null,
  otherwise: null,
  reminder: 0,
  locked: true,
}

export function webhookTo(url: string, change: Partial<Webhook> = {}): Webhook {
  return { url, format: 'json', secret: null, on: ['ended', 'waiting'], ...change }
}
