import { describe, expect, test } from 'vitest'
import { jsonBody } from '../../../src/domain/notice/json.ts'
import { nextOf, type Teller, waitingNotice, webhookName } from '../../../src/domain/notice/notice.ts'
import { escapeSlack, slackBody } from '../../../src/domain/notice/slack.ts'
import { decision, endedNotice, webhookTo } from '../../notify/notices.ts'

const { service, environment, release, deployment, performer, startedAs, run, at } = endedNotice()
const plan = { service, environment, release, deployment, performer, ignoredSafeties: [] }
const teller: Teller = { plan, startedAs, run, at }

describe('a notice for Slack', () => {
  test('says what happened on the first line, why and what to type below, then who and where', () => {
    expect(slackBody(endedNotice(), 'http://ui/run')).toEqual({
      text: 'vpn-shop production: ROLLED_BACK: 1.2.0 on production was rolled back to 1.1.0',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'vpn-shop production: ROLLED_BACK', emoji: false } },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '1.2.0 on production was rolled back to 1.1.0\nerrors: expected &lt;= 0.01, got 0.079\nNext: belay history 1.2.0-abc',
            verbatim: true,
          },
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: '1.2.0 (a1b2c3d4a1b2) by ann@example.com (claimed), 1.2.0-abc, <http://ui/run|run in the Temporal UI>',
              verbatim: true,
            },
          ],
        },
      ],
    })
    expect(JSON.stringify(slackBody(endedNotice(), null))).not.toContain('Temporal UI')
    const byHand = JSON.stringify(slackBody(endedNotice({ startedAs: 'rollback' }), null))
    expect(jsonBody(endedNotice(), null).release).toEqual(endedNotice().release)
    expect(jsonBody(endedNotice({ startedAs: 'rollback' }), null).release).toBeNull()
    expect(byHand).toContain('rollback by ann@example.com (claimed), 1.2.0-abc')
  })

  test('what was ignored is told in a line of its own, also as data; without anything ignored there is no such line', () => {
    const safety = { rule: 'peak_hours', reason: 'hotfix <!here>', by: performer }
    const ignoredSafeties = [safety, { rule: 'freeze', reason: 'never frozen', by: 'belay.yaml' }]
    const told = JSON.stringify(slackBody(endedNotice({ ignoredSafeties }), null))
    expect(told).toContain(
      'IGNORED SAFETIES: peak_hours by ann@example.com (claimed): hotfix &lt;!here&gt;; freeze by belay.yaml: never frozen\\nNext: ',
    )
    expect(jsonBody(endedNotice({ ignoredSafeties }), null).ignored_safeties).toEqual([
      { ...safety, by: { name: performer, claimed: true } },
      { rule: 'freeze', reason: 'never frozen', by: { name: 'belay.yaml', claimed: false } },
    ])
    expect(waitingNotice({ ...teller, plan: { ...plan, ignoredSafeties } }, decision, 1)).toMatchObject({
      ignoredSafeties,
    })
    expect(JSON.stringify(slackBody(endedNotice(), null))).not.toContain('IGNORED')
    expect(jsonBody(endedNotice(), null).ignored_safeties).toEqual([])
  })

  test.each([
    ['<!everyone> & <@U1>', '&lt;!everyone&gt; &amp; &lt;@U1&gt;'],
    ['@channel @here @Everyone ann@example.com', '@\u200bchannel @\u200bhere @\u200bEveryone ann@example.com'],
    ['a\u202eb\u001b[31m\u2028c', 'a b [31m c'],
  ])('foreign text %j stays text', (given, expected) => {
    expect(escapeSlack(given)).toBe(expected)
  })

  test('however long the words of others are, it stays within the limits and ends with the command', () => {
    const line = '&'.repeat(5_000)
    const sentence = [...Array(6).fill(line), 'Next: belay history x'].join('\n')
    const { text, blocks } = slackBody(endedNotice({ sentence, performer: '<'.repeat(300) }), 'http://ui')
    const [header, section, context] = blocks
    if (header?.type !== 'header' || section?.type !== 'section' || context?.type !== 'context')
      throw new Error('blocks')
    expect(header.text.text.length).toBeLessThanOrEqual(150)
    expect(section.text.text.length).toBeLessThanOrEqual(3_000)
    expect(section.text.text.endsWith('\nNext: belay history x')).toBe(true)
    expect(JSON.stringify({ text, blocks }).length).toBeLessThan(8_000)
    // No entity is cut in half.
    for (const shown of [text, section.text.text, context.elements[0]?.text ?? '']) {
      expect(shown.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&')
    }
  })
})

describe('that somebody is needed', () => {
  test('is said with the question, its lock, and the same command as in a terminal', () => {
    const notice = waitingNotice(teller, decision, 1)
    expect(notice).toMatchObject({ key: 'notice:1.2.0-abc:waiting.start.1', kind: 'waiting', outcome: null })
    expect(notice.sentence).toBe(
      [
        'production waits for a decision: start failed: exit 1. Answer retry, skip, or give_up.',
        'production is locked meanwhile: nobody deploys',
        'Next: belay decide production retry|skip|give_up --reason "..."',
      ].join('\n'),
    )
    expect(nextOf(notice)).toBe('belay decide production retry|skip|give_up --reason "..."')
    expect(jsonBody(notice, null)).toMatchObject({
      schema: 1,
      performer: { name: 'ann@example.com', claimed: true },
      waiting: { question: 'start', answers: ['retry', 'skip', 'give_up'], locked: true },
    })
  })

  test('asked again it is another notice, and so is each reminder', () => {
    const keys = [
      waitingNotice(teller, decision, 1),
      waitingNotice(teller, decision, 2),
      waitingNotice(teller, { ...decision, reminder: 1 }, 2),
      waitingNotice(teller, { ...decision, reminder: 2 }, 2),
    ].map(({ key }) => key.split(':').at(-1))
    expect(keys).toEqual([
      'waiting.start.1',
      'waiting.start.2',
      'waiting.start.2.reminder-1',
      'waiting.start.2.reminder-2',
    ])
  })

  test('items are named with the command that signs them and what happens without', () => {
    const until = '2026-11-26T04:00:00.000Z'
    const items = ['post.user_facing_tested', 'manual.payment_processing']
    const question = { ...decision, question: 'post sign-off', answers: [], items, until, otherwise: 'it rolls back' }
    const { sentence, key } = waitingNotice(teller, { ...question, locked: false }, 1)
    expect(key).toBe('notice:1.2.0-abc:waiting.post-sign-off.1')
    expect(sentence.split('\n')).toEqual([
      'production waits for sign-off: post.user_facing_tested, manual.payment_processing',
      'until 2026-11-26T04:00:00.000Z, then it rolls back',
      'Next: belay sign production post.user_facing_tested manual.payment_processing',
    ])
  })
})

test('a webhook is named by its place and its variable, never by its address', () => {
  expect(webhookName(webhookTo('${env:SLACK_WEBHOOK_URL}', { format: 'slack' }), 0)).toBe(
    'webhook 1 (slack, ${env:SLACK_WEBHOOK_URL})',
  )
  expect(webhookName(webhookTo('https://ops.example.com/T0K3N'), 1)).toBe('webhook 2 (json)')
})

describe('who is on call', () => {
  const onCall = { name: 'ann <ann@example.com>', source: 'acknowledgement', at, claimed: true } as const

  test('is told with every notice of the run, before the command', () => {
    const notice = { ...endedNotice(), onCall }
    expect(jsonBody(notice, null).onCall).toEqual({ ...onCall, claimed: true })
    const [, section] = slackBody(notice, null).blocks
    expect(section?.type === 'section' && section.text.text.split('\n').slice(-2)).toEqual([
      'On call: ann &lt;ann@example.com&gt; (claimed), who acknowledged it',
      'Next: belay history 1.2.0-abc',
    ])
    expect(waitingNotice({ ...teller, onCall }, decision, 1).onCall).toEqual(onCall)
  })

  test('is nobody where nobody was asked for', () => {
    expect(jsonBody(endedNotice(), null).onCall).toBeNull()
    expect(JSON.stringify(slackBody(endedNotice(), null))).not.toContain('On call')
  })
})
