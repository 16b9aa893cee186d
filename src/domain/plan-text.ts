import type { ItemAnswer } from './checklist.ts'
import { ignoredLine } from './gate/ignored.ts'
import { providerWords } from './gate/provider-words.ts'
import { nameWords } from './item-words.ts'
import { escapeMarkdown, hiddenLines } from './markdown.ts'
import type { Plan } from './plan.ts'
import { words } from './reason.ts'

/** What will happen, for the run's static details (Markdown, needs no worker) and for people. */
export function describePlan(plan: Plan): string {
  const parts = [
    `**${plan.service} ${plan.release.version}** (${plan.release.commit.slice(0, 12)}) to **${plan.environment}** by ${escapeMarkdown(nameWords(plan.performer, plan.identity === 'ssh'))}`,
    `Hosts: ${plan.hosts.join(', ')}. Window: ${words(plan.monitoring.windowMs)}. Deployment \`${plan.deployment}\`, plan \`${plan.digest.slice(0, 12)}\`.`,
    plan.ignoredSafeties
      .map((one) => `- IGNORED SAFETY ${escapeMarkdown(ignoredLine(one, plan.performer))}`)
      .join('\n'),
    `Gate:\n\n${Object.entries(plan.gate.items).map(itemLine).join('\n')}`,
    `After:\n\n${[...Object.entries(plan.after.post), ...Object.entries(plan.after.manual)].map(itemLine).join('\n')}`,
    `Watched: ${plan.monitoring.checks.map((check) => `${check.check} every ${words(check.intervalMs)}`).join(', ') || 'nothing'}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n') + hiddenLines
}

function itemLine([id, answer]: [string, ItemAnswer]): string {
  return `- ${id}: ${escapeMarkdown(answerWords(answer))}`
}

/** How an item is answered, in words. */
export function answerWords(answer: ItemAnswer): string {
  switch (answer.by) {
    case 'belay':
      return 'Belay'
    case 'command':
      return answer.command.join(' ')
    case 'check':
      return `check ${answer.check}`
    case 'sign_off':
      return 'a person'
    case 'evidence':
      return answer.providers.map(providerWords).join(answer.need === 'any' ? ', or ' : ', and ')
    case 'not_applicable':
      return `not applicable: ${answer.reason}`
  }
}
