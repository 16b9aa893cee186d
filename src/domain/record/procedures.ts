import { type Dossier, isSchemaKept, type UndoneStep, undoneSteps } from '../dossier/dossier.ts'
import { foreign, numbered } from './foreign.ts'

/** The runbook's rollback procedures, each step with the proof that Belay has of it; nothing where none ran. */
export function procedures(dossier: Dossier): string[] {
  const steps = undoneSteps(dossier).filter((step) => step.isNewest)
  if (steps.length === 0) return []
  const told = (title: string, lines: readonly ProcedureStep[]) => [
    `### ${title}`,
    numbered(lines.map((line) => lineOf(line, steps))),
  ]
  return [
    '## Rollback Procedures',
    ...told('Code Rollback', code),
    ...(has(steps, 'revert') ? told('Database Rollback', database) : []),
    ...((dossier.plan?.configuration.length ?? 0) > 0 ? told('Configuration Rollback', configuration) : []),
  ]
}

/** The runbook's words, and the step of Belay's rollback that does and proves it. `applies`: not done where the schema is kept. */
type ProcedureStep = { words: string; by: string; applies?: true }

const code: readonly ProcedureStep[] = [
  { words: 'Identify target version (previous stable version)', by: 'switch back' },
  { words: 'Checkout target version', by: 'switch back' },
  { words: 'Deploy previous version', by: 'start' },
  { words: 'Verify deployment marker updated', by: 'verify' },
  { words: 'Verify health checks pass', by: 'verify' },
  { words: 'Monitor for stability', by: 'stability' },
]

const database: readonly ProcedureStep[] = [
  { words: 'Review migration history', by: 'revert' },
  { words: 'Identify rollback migration', by: 'revert' },
  { words: 'Apply rollback migration', by: 'revert', applies: true },
  { words: 'Verify data integrity', by: 'integrity' },
  { words: 'Verify application functionality', by: 'application' },
  { words: 'Monitor for issues', by: 'stability' },
]

const configuration: readonly ProcedureStep[] = [
  { words: 'Identify previous configuration', by: 'switch back' },
  { words: 'Restore configuration file', by: 'switch back' },
  { words: 'Restart application', by: 'start' },
  { words: 'Verify configuration loaded', by: 'verify' },
  { words: 'Verify health checks pass', by: 'verify' },
  { words: 'Monitor for stability', by: 'stability' },
]

function lineOf({ words, by, applies }: ProcedureStep, steps: readonly UndoneStep[]): string {
  const own = steps.filter(({ step }) => kindOf(step) === by)
  if (own.length === 0) return `[ ] ${words}: not done in this rollback`
  const done = own.every((step) => step.state === 'done' && !(applies && isSchemaKept(step)))
  const proof = own
    .map(({ step, state, detail }) => `${step}: ${state === 'failed' ? 'FAILED, ' : ''}${detail}`)
    .join('; ')
  return `${done ? '[x]' : '[ ]'} ${words}: ${foreign(proof)}`
}

/** `switch back:app-1` is a `switch back`. */
function kindOf(step: string): string {
  return step.split(':')[0] ?? step
}

function has(steps: readonly UndoneStep[], kind: string): boolean {
  return steps.some(({ step }) => kindOf(step) === kind)
}
