import { counted } from '../counted.ts'
import type { PlanReport } from './report.ts'
import { isHeldBy } from './verdict.ts'

/** What would become of it now, and the command that goes on. */
export function verdictWords(report: PlanReport): { text: string; next: string } {
  const { environment, verdict, items, people, release } = report
  const go = `belay deploy ${release.version} --env ${environment}`
  switch (verdict) {
    case 'starts':
      return {
        text: `It would start now${afterCommands(items)}. Nothing was changed by looking.`,
        next: deployCommand(report),
      }
    case 'waits': {
      const open = people.filter(({ when }) => when === 'before').map(({ item }) => item)
      return {
        text: `It would wait for people${afterCommands(items)}: ${open.join(', ')}. Nothing was changed by looking.`,
        next: deployCommand(report),
      }
    }
    case 'busy':
      return { text: 'Another run holds the environment; it would not start now.', next: `belay watch ${environment}` }
    case 'refused': {
      const broken = brokenNames(report)
      const help = firstHelp(report) ?? `mend it, then ${go}`
      return {
        text: `It would be REFUSED now, by ${counted(broken.length, 'thing')}: ${broken.join(', ')}.`,
        next: help,
      }
    }
  }
}

/** What a command will say is not known before it runs. */
function afterCommands(items: PlanReport['items']): string {
  const runs = items.flatMap((item) => item.runs)
  return runs.length > 0 ? `, once ${counted(runs.length, 'command')} said yes` : ''
}

/** With the digest it refuses where the plan is another by then. A commit without a tag gets its version again. */
function deployCommand({ release, environment, plan, tagExists, ignoredSafeties, performer }: PlanReport): string {
  const what = tagExists ? release.version : `${release.commit} --version ${release.version}`
  const own = ignoredSafeties.filter(({ by }) => by === performer)
  const rules = own.map(({ rule }) => ` --ignore ${rule}`).join('')
  const reason = own[0] ? ` --reason "${/^[\w ,.:;()-]+$/.test(own[0].reason) ? own[0].reason : '...'}"` : ''
  return `belay deploy ${what} --env ${environment}${rules}${reason} --plan ${plan.slice(0, 12)}`
}

function brokenNames({ rules, items, openRun }: PlanReport): string[] {
  const broken = rules.filter((rule) => !rule.holds && !isHeldBy(rule, openRun))
  const failed = items.filter(({ state }) => state === 'failed')
  return [...broken.map(({ rule }) => rule), ...failed.map(({ item }) => `pre.${item}`)]
}

function firstHelp({ rules, items }: PlanReport): string | null {
  return [...rules.filter(({ holds }) => !holds), ...items].find(({ next }) => next)?.next ?? null
}
